/** The report's style sheet: one page, no fonts or images from elsewhere, light, dark and print. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --sheet: #ffffff; --ink: #1c2126; --muted: #5d6670; --rule: #dcdfe2;
  --ours: #1f5fa8; --theirs: #b86e00; --gain: #17784a; --loss: #b8322a;
  --sans: system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif;
  --serif: 'Iowan Old Style', 'Palatino Linotype', Palatino, Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --sheet: #1b1f23; --ink: #e8eaed; --muted: #a0a8b1; --rule: #343a41;
    --ours: #78b0f2; --theirs: #e3a445; --gain: #58c08c; --loss: #f08379;
  }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --sheet: #fff; --ink: #000; --muted: #444; --rule: #bbb;
    --ours: #1f5fa8; --theirs: #9a5c00; --gain: #0f6038; --loss: #a02018;
  }
  section, figure, tr, .keys > div { break-inside: avoid; }
  section.long { break-inside: auto; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; opacity: 1; }
  body { font-size: 11px; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 var(--sans); font-variant-numeric: tabular-nums;
  overflow-wrap: break-word;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 32px 72px; }
header { margin-bottom: 8px; }
.eyebrow { margin: 0; color: var(--muted); font-size: 14px; }
.eyebrow b { color: var(--ink); font-weight: 650; letter-spacing: .01em; }
h1 { font-size: 22px; font-weight: 650; line-height: 1.3; margin: 6px 0 22px; }
.result { font: 400 clamp(25px, 3.4vw, 38px)/1.22 var(--serif); margin: 0 0 16px; max-width: 27em; text-wrap: balance; }
.result.loss { color: var(--loss); } .result.gain { color: var(--gain); }
.result.broken { color: var(--loss); }
.judgement { max-width: 44em; margin: 0 0 8px; font-size: 17px; }
.judgement.broken { color: var(--loss); font-weight: 650; }
.about { max-width: 44em; color: var(--muted); margin: 14px 0 0; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 0 28px; margin: 30px 0 8px; }
.keys > div { border-top: 1px solid var(--rule); padding: 10px 0 14px; }
.keys dt { color: var(--muted); font-size: 13px; }
.keys dd { margin: 2px 0 0; font-size: 23px; font-weight: 600; line-height: 1.25; }
.keys dd small { display: block; font-size: 13px; font-weight: 400; color: var(--muted); line-height: 1.4; }
section { margin-top: 44px; }
h2 { font-size: 21px; font-weight: 650; line-height: 1.3; margin: 0 0 6px; padding-top: 18px; border-top: 2px solid var(--ink); }
h3 { font-size: 15px; font-weight: 650; margin: 0; }
details + h3, .charts + h3 { margin-top: 28px; }
section > p { max-width: 46em; margin: 0 0 16px; color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 32px 40px; margin: 18px 0; }
figure { margin: 0; min-width: 0; }
figure.full { grid-column: 1 / -1; }
.caption { margin: 2px 0 10px; color: var(--muted); font-size: 14px; line-height: 1.45; max-width: 46em; }
svg { display: block; max-width: 100%; height: auto; font-family: var(--sans); }
.narrow { display: none; }
.gain { color: var(--gain); } .loss { color: var(--loss); }
.scroll { overflow-x: auto; margin: 14px 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--ours); outline-offset: 3px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; }
th { font-weight: 600; font-size: 13px; color: var(--muted); text-align: left; vertical-align: bottom; border-bottom: 1px solid var(--ink); }
th, td { padding: 7px 18px 7px 0; }
th.number + th.text, td.number + td.text { padding-left: 12px; }
th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; border-bottom: 1px solid var(--rule); }
td small { display: block; color: var(--muted); font-size: 12px; }
.number { text-align: right; white-space: nowrap; }
summary { cursor: pointer; color: var(--ours); padding: 6px 0; font-size: 15px; }
ul { padding-left: 1.2em; max-width: 46em; } li { margin: 6px 0; }
dl.prints { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 5px 24px; font-size: 14px; margin: 14px 0; }
dl.prints dt { color: var(--muted); } dl.prints dd { margin: 0; }
code { font: 13px/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 860px) {
  .charts { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 700px) {
  main { padding: 24px 16px 48px; }
  .wide { display: none; } .narrow { display: block; }
  .keys { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 18px; }
  .keys dd { font-size: 20px; }
  td.text { min-width: 128px; }
  dl.prints { grid-template-columns: minmax(0, 1fr); gap: 0; } dl.prints dd { margin-bottom: 9px; }
}
`;
