export const COPY = "M9 9h10v11H9zM15 9V4H5v11h4";
export const DONE = "M5 13l4.5 4.5L19 7";
export const THUMB_UP = "M4 11h3.5v9H4zM7.5 11L11 4c1.5 0 2.5 1 2.5 2.5V10H19l-1.6 10H7.5";
export const THUMB_DOWN = "M4 13h3.5V4H4zM7.5 13L11 20c1.5 0 2.5-1 2.5-2.5V14H19L17.4 4H7.5";
export const CLOSE = "M6 6l12 12M18 6L6 18";
export const ENLARGE = "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7";
export const SEND = "M12 20V5M5.5 11.5L12 5l6.5 6.5";
