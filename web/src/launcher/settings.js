/** What the page's author set on the script tag, with the defaults filled in. */
export function readSettings(script) {
  const { dataset, src } = script;
  return {
    server: (dataset.server || new URL(src).origin).replace(/\/+$/, ""),
    chat: new URL("widget/chat.js", src).href,
    title: dataset.title || "Medpath",
    color: dataset.color || "#1a5fb4",
    greeting: dataset.greeting,
    questions: dataset.questions?.split("|").map((question) => question.trim()).filter(Boolean),
    position: dataset.position === "left" ? "left" : "right",
    language: dataset.language?.toLowerCase().startsWith("es") ? "es" : "en",
  };
}
