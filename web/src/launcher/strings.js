const EN = {
  open: (title) => `Open ${title} chat`,
  close: (title) => `Close ${title} chat`,
  closePanel: "Close",
  startOver: "Start over",
  loading: "Loading…",
  loadFailed: "The chat could not be loaded.",
  tryAgain: "Try again",
};

const ES = {
  open: (title) => `Abrir el chat ${title}`,
  close: (title) => `Cerrar el chat ${title}`,
  closePanel: "Cerrar",
  startOver: "Empezar de nuevo",
  loading: "Cargando…",
  loadFailed: "No se pudo cargar el chat.",
  tryAgain: "Intentar de nuevo",
};

export const launcherStrings = (language) => (language === "es" ? ES : EN);
