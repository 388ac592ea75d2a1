// Prints what a visitor downloads, gzipped, and fails above the limits.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMITS = { "widget.js": 5 * 1024, total: 150 * 1024 };
const dist = new URL("../dist/", import.meta.url);

const sizes = Object.fromEntries(
  readdirSync(dist).map((name) => [name, gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length]),
);
sizes.total = Object.values(sizes).reduce((sum, size) => sum + size, 0);

for (const [name, size] of Object.entries(sizes)) {
  const limit = LIMITS[name];
  const over = limit !== undefined && size >= limit;
  if (over) process.exitCode = 1;
  const note = limit === undefined ? "" : ` of ${limit / 1024} KB${over ? ", TOO LARGE" : ""}`;
  console.log(`${name.padEnd(14)} ${(size / 1024).toFixed(1).padStart(6)} KB gzipped${note}`);
}
