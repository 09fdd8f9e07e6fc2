// Takes from compiled Bootstrap what no page of ours uses: rules by selector, then custom properties nobody reads.
// Run: node trim.mjs compiled.css > bootstrap.trimmed.css
import { readFileSync } from "node:fs";

const unused = [
  /valid-feedback|valid-tooltip|was-validated|\.is-valid|:valid\b/, /floating/, /\.form-control-(?!$)/, /\.form-select-/,
  /\.form-switch/, /\.form-check-(inline|reverse)/, /\.btn-check/, /\.col-form-label/, /input-group/, /\.table-(?!$)/,
  /\.btn-(sm|lg)/, /\.btn-group/, /data-bs-theme=dark/, /file-selector-button/, /type=color/, /type=range/, /\.caption-top/,
  /\.container-(sm|md|lg)(?!.*container)/, /^(abbr|address|mark|kbd|samp|blockquote|iframe|output|progress|datalist|summary)\b/,
  /::-webkit-(datetime|calendar|color|inner|outer|search)/, /type=search/, /list\]/,
];

const css = readFileSync(process.argv[2], "utf8").replace(/^\uFEFF/, "").replace(/\/\*[^!][\s\S]*?\*\//g, "");

/** Splits a sheet in its top-level blocks: [head, body]. */
function blocks(text) {
  const found = [];
  for (let at = 0; at < text.length;) {
    const open = text.indexOf("{", at);
    if (open < 0) break;
    let depth = 1, end = open + 1;
    while (depth) { const c = text[end++]; if (c === "{") depth++; else if (c === "}") depth--; }
    found.push([text.slice(at, open).trim(), text.slice(open + 1, end - 1)]);
    at = end;
  }
  return found;
}

/** Splits a selector list at its commas, not at those within brackets. */
const selectors = (head) => head.split(/,(?![^(]*\))/).map((one) => one.trim());

function trim(text) {
  return blocks(text).map(([head, body]) => {
    if (head.startsWith("@media")) { const inner = trim(body); return inner && `${head}{${inner}}`; }
    const kept = selectors(head).filter((one) => !unused.some((pattern) => pattern.test(one)));
    return kept.length && body ? `${kept.join(",")}{${body}}` : "";
  }).filter(Boolean).join("\n");
}

let sheet = trim(css)
  .replace(/rgb\(([\d.]+)%, ?([\d.]+)%, ?([\d.]+)%\)/g, (_, ...v) =>
    "#" + v.slice(0, 3).map((p) => Math.round(p * 2.55).toString(16).padStart(2, "0")).join(""));
for (let before = ""; before !== sheet;) {
  before = sheet;
  const read = new Set([...sheet.matchAll(/var\((--[\w-]+)/g)].map((m) => m[1]));
  sheet = sheet.replace(/(--bs-[\w-]+):[^;{}]*(;|(?=\}))/g, (all, name) => (read.has(name) ? all : ""));
}
const notice = "/*! Bootstrap 5.3.9 | Copyright 2011-2026 The Bootstrap Authors | MIT licence | trimmed, see README.md */\n";
process.stdout.write(notice + sheet.replace(/\n[^{}\n]*\{\}/g, "") + "\n");
