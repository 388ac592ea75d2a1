// Builds web/dist: the launcher as a classic script, the conversation as an ES module, the demo page as it stands.
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const web = fileURLToPath(new URL("..", import.meta.url));

/** Our own name for deep-chat's element, so that a page with a deep-chat of its own can carry the widget too. */
const ownElementName = {
  name: "own-element-name",
  transform(code, id) {
    if (!/[\\/]deep-chat[\\/]dist[\\/]deepChat\.js$/.test(id)) return null;
    const definition = 'customElements.define("deep-chat",';
    if (code.split(definition).length !== 2) throw new Error(`${id} no longer defines its element as expected`);
    return { code: code.replace(definition, 'customElements.define("medpath-deep-chat",'), map: null };
  },
};

/** One bundle without code splitting. */
function bundle(entry, format, file) {
  return build({
    root: web,
    configFile: false,
    logLevel: "warn",
    plugins: [ownElementName],
    build: {
      target: "es2022",
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: false,
      // size.js judges the sizes.
      chunkSizeWarningLimit: 1000,
      modulePreload: false,
      rolldownOptions: {
        input: `${web}/${entry}`,
        preserveEntrySignatures: "strict",
        output: { format, entryFileNames: file },
      },
    },
  });
}

await rm(`${web}/dist`, { recursive: true, force: true });
await bundle("src/widget.js", "iife", "widget.js");
await bundle("src/chat.js", "es", "chat.js");
await cp(`${web}/demo`, `${web}/dist`, { recursive: true });
await cp(`${web}/node_modules/deep-chat/LICENSE`, `${web}/dist/LICENSE-deep-chat.txt`);
