/** How the report looks: by the reader's fonts and choice of light or dark. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1e21; --faint: #62676d; --line: #d9dce0; --best: #e7f3ea; --bad: #a3261b; }
@media (prefers-color-scheme: dark) {
  :root { --back: #15171a; --text: #e6e8ea; --faint: #9aa1a8; --line: #363b41; --best: #1d3325; --bad: #ff9a8f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
p, ul { max-width: 46rem; margin: .5rem 0; }
ul { padding-left: 1.25rem; }
p, li, dd, th, td { overflow-wrap: anywhere; }
.verdict { font-weight: 600; }
small { display: block; color: var(--faint); font-size: .8rem; font-weight: 400; }
.scroll { overflow-x: auto; margin: 1.25rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { caption-side: bottom; text-align: left; color: var(--faint); font-size: .85rem; padding-top: .5rem; }
th, td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
thead th { font-size: .85rem; color: var(--faint); white-space: nowrap; }
thead th[aria-sort]::after { content: " ↓"; }
th:first-child { text-align: left; min-width: 8rem; }
td span, td small { white-space: nowrap; }
.best { background: var(--best); }
.best span { font-weight: 700; }
.alike span::after { content: " ="; }
.failed td { text-align: left; color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
.figures svg { fill: var(--faint); width: 100%; height: auto; max-width: 36rem; }
dl { margin: .5rem 0; max-width: 46rem; }
dl div { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; padding: .25rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--faint); }
dd { margin: 0; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; }
summary small { display: inline; margin-left: .5rem; }
@media (max-width: 40rem) {
  table, caption, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  caption { padding: 0 0 .75rem; }
  tr { border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .75rem; overflow: hidden; }
  th, td { border: 0; }
  tbody th { padding: .6rem .75rem .2rem; }
  td { display: grid; grid-template-columns: 6.5rem auto 1fr; gap: 0 .75rem; padding: .25rem .75rem; align-items: baseline; }
  td::before { content: attr(data-label); color: var(--faint); font-size: .85rem; text-align: left; }
  td span { text-align: left; }
  td small { grid-column: 3; text-align: right; }
  .failed td { display: block; padding-bottom: .6rem; }
  .failed td::before { content: none; }
  dl div { grid-template-columns: 1fr; gap: 0; }
}
@media print { details > * { display: block; } .scroll { overflow: visible; } }
`;
