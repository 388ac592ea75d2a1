import { PLAN_EN, PLAN_ES } from "./plan-strings.js";

const number = (value, language) => value.toLocaleString(language);

const EN = {
  question: "Your question",
  placeholder: "Ask a question…",
  send: "Send",
  conversation: "Conversation",
  disclaimer: "General information, not medical or legal advice.",
  greeting:
    "Hello! I answer questions about medical education in the United States: degrees, exams, residency, licenses, money. Each answer names its source, or says that it is an adviser's view.",
  questions: ["When is Match Day?", "What is the difference between MD and DO?", "How many hours can residents work a week?"],
  waiting: "Looking for the answer…",
  limited: (seconds) => `Many questions in a short time. Trying again in ${seconds} s.`,
  away: "Medpath cannot be reached at the moment. Your message is kept and is sent again by itself.",
  connection: "The connection was lost. Your message is kept.",
  failed: "This message could not be answered.",
  tryAgain: "Try again",
  historyFailed: "The earlier conversation could not be loaded.",
  showEarlier: "Show earlier",
  earlierShown: "Earlier questions are shown.",
  tooLong: (over, most) =>
    `Your text is ${number(over, "en")} ${over === 1 ? "character" : "characters"} too long to be sent (${number(most, "en")} at most). Please shorten it or send it in parts.`,
  startedOver: "A new conversation has begun.",
  sources: "Sources",
  checks: { official: "official page", secondary: "secondary source", general: "general guidance" },
  advice: "Adviser's view, not an official rule.",
  newWindow: "opens in a new window",
  table: "Table",
  warning: "Note",
  suggestions: "Suggestions",
  copy: "Copy answer",
  copied: "Copied",
  helped: "This helped",
  wrong: "This is wrong",
  enlarge: "Enlarge picture",
  closePicture: "Close picture",
  ...PLAN_EN,
};

const ES = {
  question: "Su pregunta",
  placeholder: "Haga una pregunta…",
  send: "Enviar",
  conversation: "Conversación",
  disclaimer: "Información general; no es asesoramiento médico ni legal.",
  greeting:
    "¡Hola! Respondo preguntas sobre la educación médica en los Estados Unidos: títulos, exámenes, residencia, licencias, costos. Pregunte en inglés; las respuestas también están en inglés.",
  questions: EN.questions,
  waiting: "Buscando la respuesta…",
  limited: (seconds) => `Muchas preguntas en poco tiempo. Nuevo intento en ${seconds} s.`,
  away: "Medpath no está disponible por el momento. Su mensaje se conserva y se enviará de nuevo por sí solo.",
  connection: "Se perdió la conexión. Su mensaje se conserva.",
  failed: "No se pudo responder a este mensaje.",
  tryAgain: "Intentar de nuevo",
  historyFailed: "No se pudo cargar la conversación anterior.",
  showEarlier: "Mostrar lo anterior",
  earlierShown: "Se muestran preguntas anteriores.",
  tooLong: (over, most) =>
    `Su texto supera en ${number(over, "es")} ${over === 1 ? "carácter" : "caracteres"} el máximo de ${number(most, "es")}. Acórtelo o envíelo por partes.`,
  startedOver: "Empezó una conversación nueva.",
  sources: "Fuentes",
  checks: { official: "página oficial", secondary: "fuente secundaria", general: "orientación general" },
  advice: "Opinión de un asesor, no una norma oficial.",
  newWindow: "se abre en otra ventana",
  table: "Tabla",
  warning: "Nota",
  suggestions: "Sugerencias",
  copy: "Copiar la respuesta",
  copied: "Copiado",
  helped: "Me sirvió",
  wrong: "Es incorrecto",
  enlarge: "Ampliar la imagen",
  closePicture: "Cerrar la imagen",
  ...PLAN_ES,
};

export const chatStrings = (language) => (language === "es" ? ES : EN);
