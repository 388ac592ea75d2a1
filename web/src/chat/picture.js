import { element, icon } from "../common/dom.js";
import * as icons from "./icons.js";
import { webAddress } from "./format.js";

/** Only the server's own pictures are shown: an image from elsewhere would tell a third party who reads here. */
function own(url, server) {
  if (/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i.test(url)) return url;
  const address = webAddress(url, `${server}/`);
  return address && new URL(address).origin === new URL(server).origin ? address : null;
}

/** A picture that a button shows as large as the window; one from another server is a link. */
export function picture({ url, alt = "" }, { strings, server }) {
  const address = own(url, server);
  if (!address) return linked(url, alt, server);
  const enlarge = element(
    "button",
    { type: "button", class: "enlarge", "aria-label": strings.enlarge, title: strings.enlarge, onclick: () => show(enlarge, address, alt, strings) },
    icon(icons.ENLARGE),
  );
  return element("figure", { class: "picture" }, element("img", { src: address, alt, loading: "lazy" }), enlarge);
}

function linked(url, alt, server) {
  const address = webAddress(url, `${server}/`);
  if (!address) return null;
  return element("p", {}, element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, alt || address));
}

function show(opener, address, alt, strings) {
  const close = element(
    "button",
    { type: "button", "aria-label": strings.closePicture, title: strings.closePicture, onclick: () => dialog.close() },
    icon(icons.CLOSE),
  );
  const dialog = element(
    "dialog",
    {
      class: "lightbox",
      "aria-label": alt || strings.enlarge,
      // The panel must not take this Escape for its own.
      onkeydown: (event) => event.stopPropagation(),
      oncancel: (event) => event.stopPropagation(),
      onclose: () => {
        dialog.remove();
        opener.focus();
      },
      onclick: (event) => event.target === dialog && dialog.close(),
    },
    close,
    element("img", { src: address, alt }),
  );
  opener.parentNode.append(dialog);
  dialog.showModal();
}
