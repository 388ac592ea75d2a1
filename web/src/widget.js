import { Launcher } from "./launcher/launcher.js";
import { readSettings } from "./launcher/settings.js";

const NAME = "medpath-chat-widget";
// Read at once: inside a callback there is no current script any more.
const script = document.currentScript ?? document.querySelector('script[src*="widget.js"]');

function start() {
  if (customElements.get(NAME)) return;
  customElements.define(NAME, Launcher);
  document.body.append(new Launcher(readSettings(script)));
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
