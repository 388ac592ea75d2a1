import { Launcher } from "./launcher/launcher.js";
import { readSettings } from "./launcher/settings.js";

const NAME = "medpath-chat-widget";
// Read at once: inside a callback there is no current script any more.
const script = document.currentScript ?? document.querySelector('script[src*="widget.js"]');

function start() {
  if (!customElements.get(NAME)) customElements.define(NAME, Launcher);
  // The first script on a page defines it; one that comes again with the next body brings no second widget.
  const Widget = customElements.get(NAME);
  if (!Widget.current) new Widget(readSettings(script)).stay();
}

if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
