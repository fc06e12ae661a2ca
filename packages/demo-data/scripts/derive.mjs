/**
 * Derives the data set from the package index of a Debian system, and writes data/. Run by hand, on Debian:
 *
 *   apt-get update && node scripts/derive.mjs
 *
 * A "user" is a source package, an "item" is a binary package that one of its binary packages needs (Depends, Pre-Depends
 * or Recommends; of alternatives the first). Left out: dependencies within one source package, and what more than a
 * quarter of all source packages need. What remains is cut to its 5-core.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LEAST = 5;
const UBIQUITOUS = 0.25;
const LONGEST_DESCRIPTION = 100;

const target = indexTarget();
const packages = parseIndex(
  execFileSync("/usr/lib/apt/apt-helper", ["cat-file", target.Filename], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  }),
);
const firstBinary = firstBinaries(packages);
const pairs = core(withoutUbiquitous(dependencies(packages)), LEAST);
const users = distinct(pairs.map(([user]) => user));
const items = distinct(pairs.map(([, item]) => item));

const files = {
  "interactions.tsv.gz": table(["user", "item"], pairs),
  "items.tsv.gz": table(
    ["item", "section", "tags", "description"],
    items.map((item) => {
      const { Section = "", Tag = "", Description = "" } = packages.get(item);
      return [item, Section, tidy(Tag), extract(Description)];
    }),
  ),
  "users.tsv.gz": table(
    ["user", "section", "description"],
    users.map((user) => {
      const { Section = "", Description = "" } = representative(user);
      return [user, Section, extract(Description)];
    }),
  ),
};
const description = {
  title: "Package dependencies of Debian",
  release: `Debian ${target.Version} (${target.Codename}), main, amd64`,
  date: new Date().toISOString().slice(0, 10),
  users: users.length,
  items: items.length,
  interactions: pairs.length,
  sha256: Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [
      name,
      createHash("sha256").update(bytes).digest("hex"),
    ]),
  ),
  terms:
    "Facts taken from the package index of Debian. The one-line descriptions (at most 100 characters each) are extracts of texts written by the maintainers of the packages, each under the licence of its package.",
};
for (const [name, bytes] of Object.entries(files)) write(name, bytes);
write("description.json", `${JSON.stringify(description, null, 2)}\n`);
write("README.md", readme(description));

/** The index of the release proper; updates and other archives come and go. */
function indexTarget() {
  const targets = execFileSync("apt-get", ["indextargets", "Created-By: Packages"], {
    encoding: "utf8",
  });
  const found = targets
    .split("\n\n")
    .map(parseStanza)
    .find(
      (target) =>
        target.Label === "Debian" &&
        target.Component === "main" &&
        target.Architecture === "amd64" &&
        /^\d+\.\d+$/.test(target.Version),
    );
  if (!found) throw new Error("no index of a Debian release; run apt-get update on Debian");
  return found;
}

function parseIndex(text) {
  const stanzas = text.split("\n\n").map(parseStanza);
  return new Map(stanzas.filter((s) => s.Package).map((stanza) => [stanza.Package, stanza]));
}

function parseStanza(text) {
  const fields = {};
  let last;
  for (const line of text.split("\n")) {
    const match = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (match) {
      last = match[1];
      fields[last] = match[2];
    } else if (last && line.startsWith(" ")) fields[last] += line;
  }
  return fields;
}

function sourceOf(stanza) {
  return (stanza.Source ?? stanza.Package).split(/[ (]/)[0];
}

function dependencies(packages) {
  const needed = new Map();
  for (const stanza of packages.values()) {
    const user = sourceOf(stanza);
    for (const field of ["Depends", "Pre-Depends", "Recommends"]) {
      for (const clause of (stanza[field] ?? "").split(",")) {
        const item = /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(clause)?.[1];
        if (!packages.has(item) || sourceOf(packages.get(item)) === user) continue;
        if (!needed.has(user)) needed.set(user, new Set());
        needed.get(user).add(item);
      }
    }
  }
  return [...needed].flatMap(([user, items]) => [...items].map((item) => [user, item]));
}

function withoutUbiquitous(pairs) {
  const users = new Set(pairs.map(([user]) => user)).size;
  const counts = countBy(pairs, 1);
  return pairs.filter(([, item]) => counts.get(item) <= UBIQUITOUS * users);
}

function core(pairs, least) {
  for (;;) {
    const perUser = countBy(pairs, 0);
    const perItem = countBy(pairs, 1);
    const kept = pairs.filter(
      ([user, item]) => perUser.get(user) >= least && perItem.get(item) >= least,
    );
    if (kept.length === pairs.length)
      return kept.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
    pairs = kept;
  }
}

function countBy(pairs, side) {
  const counts = new Map();
  for (const pair of pairs) counts.set(pair[side], (counts.get(pair[side]) ?? 0) + 1);
  return counts;
}

/** The binary package that stands for its source: the one of the same name, else the first by name. */
function representative(source) {
  const sameName = packages.get(source);
  if (sameName && sourceOf(sameName) === source) return sameName;
  return firstBinary.get(source);
}

function firstBinaries(packages) {
  const first = new Map();
  for (const name of [...packages.keys()].sort(compare)) {
    const stanza = packages.get(name);
    if (!first.has(sourceOf(stanza))) first.set(sourceOf(stanza), stanza);
  }
  return first;
}

function distinct(names) {
  return [...new Set(names)].sort(compare);
}

function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

function tidy(text) {
  return text.replace(/\s+/g, " ").trim();
}

function extract(description) {
  return tidy(description).slice(0, LONGEST_DESCRIPTION);
}

/** Gzip without a time or a system in its header, so that the same rows make the same bytes. */
function table(header, rows) {
  const text = [header, ...rows].map((row) => `${row.join("\t")}\n`).join("");
  const bytes = gzipSync(text, { level: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}

function write(name, content) {
  writeFileSync(new URL(`../data/${name}`, import.meta.url), content);
}

function readme({ release, date, users, items, interactions, sha256, terms }) {
  const n = (number) => number.toLocaleString("en-US");
  return `# Package dependencies of Debian

${n(users)} source packages ("users") × ${n(items)} binary packages they need ("items"): ${n(interactions)} pairs.
Written by \`scripts/derive.mjs\`; do not edit by hand.

| | |
|---|---|
| from | the package index of ${release}, as \`apt-get update\` fetches it |
| made on | ${date} |
| pairs | of each source package: what its binary packages name first in Depends, Pre-Depends and Recommends, outside the source package itself |
| left out | items that more than ${UBIQUITOUS * 100} % of the source packages need; users and items with fewer than ${LEAST} pairs (5-core, to a fixpoint) |
| \`interactions.tsv.gz\` | \`user\`, \`item\` |
| \`items.tsv.gz\` | \`item\`, \`section\`, \`tags\` (debtags), \`description\` (one line, cut at ${LONGEST_DESCRIPTION} characters) |
| \`users.tsv.gz\` | \`user\`, \`section\`, \`description\` of the binary package that has the source's name, else of its first |

| file | SHA-256 |
|---|---|
${Object.entries(sha256)
  .map(([name, hash]) => `| \`${name}\` | \`${hash}\` |`)
  .join("\n")}

**Terms.** ${terms}
`;
}
