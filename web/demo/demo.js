const snippet = document.getElementById("snippet");
const button = document.getElementById("copy");
const result = document.getElementById("copied");

const widget = new URL("widget.js", document.baseURI).href.replace(/#.*$/, "");
snippet.textContent = `<script src="${widget}" async></` + "script>";

// Browsers give pages without https no clipboard: there the line is selected for the reader's own copying.
button.hidden = false;
button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    result.textContent = "Copied. Paste it before the closing body tag.";
  } catch {
    getSelection().selectAllChildren(snippet);
    result.textContent = "Selected. Press Ctrl+C or Command+C to copy it.";
  }
});

document.getElementById("ask-now").addEventListener("click", (event) => {
  const medpath = document.querySelector("medpath-chat-widget");
  if (!medpath) return;
  event.preventDefault();
  medpath.open();
});
