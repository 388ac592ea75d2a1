export const CHAT = "M4 5h16v11H11l-4.5 4v-4H4zM8.5 9h7M8.5 12h4.5";
export const CLOSE = "M6 6l12 12M18 6L6 18";
export const RESTART = "M5 12a7 7 0 1 0 2.2-5.1L5 9M5 4.5V9h4.5";
