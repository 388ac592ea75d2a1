import { element } from "../common/dom.js";

/** `text` with **bold** parts, as nodes. */
function inline(text) {
  return text.split(/\*\*(.+?)\*\*/).map((part, index) => (index % 2 ? element("strong", {}, part) : part));
}

function paragraph(lines) {
  const made = element("p");
  lines.forEach((line, index) => made.append(...(index ? [element("br")] : []), ...inline(line)));
  return made;
}

const list = (lines) => element("ul", {}, ...lines.map((line) => element("li", {}, ...inline(line.slice(2)))));

/** The body of a reply as elements: paragraphs, "- " lists, **bold**; everything else stays text. */
export function blocks(text) {
  const made = [];
  let lines = [];
  let listed = false;
  const finish = () => {
    if (lines.length) made.push(listed ? list(lines) : paragraph(lines));
    lines = [];
  };
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    const item = line.startsWith("- ");
    if (!line || item !== listed) finish();
    listed = item;
    if (line) lines.push(line);
  }
  finish();
  return made;
}

const ADDRESS = /(https?:\/\/[^\s()<>]*[^\s()<>.,;:!?])/;

/** `text` with its web addresses as links, as nodes. */
export function linked(text) {
  return text.split(ADDRESS).map((part, index) =>
    index % 2 ? element("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part.replace(/^https?:\/\//, "")) : part,
  );
}

/** `address` in full if it is a web address, else null. */
export function webAddress(address, base) {
  try {
    const url = new URL(address, base);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
