/** How the page looks: light and dark, on a phone and on paper. No font, picture or script from anywhere. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fafaf8; --card: #ffffff; --ink: #1b1d22; --quiet: #5c6069; --line: #e3e3dd; --track: #f0f0eb;
  --stream: #0b7285; --load: #8fa3b5; --wait: #e08a00; --wait-soft: #fbe3b8;
  --good: #237032; --bad: #c0262d; --warn: #8a5a00; --good-soft: #e4f3e6; --bad-soft: #fbe7e7; --warn-soft: #fdf1d9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #121417; --card: #1a1d21; --ink: #e9e8e4; --quiet: #a2a6ae; --line: #2e3238; --track: #22262b;
    --stream: #3bb3c9; --load: #6d7f90; --wait: #f0a93a; --wait-soft: #4a3510;
    --good: #69c77c; --bad: #ff8585; --warn: #f0b95a; --good-soft: #16291a; --bad-soft: #351a1c; --warn-soft: #32260f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 48px 24px 64px; }
h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.4rem); line-height: 1.18; letter-spacing: -0.02em; margin: 10px 0 12px; text-wrap: balance; }
h1::first-letter { text-transform: uppercase; }
h2 { font-size: 1.22rem; letter-spacing: -0.01em; margin: 0 0 4px; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0; }
code, pre, .figure { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; }
code, .break { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.small { font-size: 0.86rem; }
section { margin-top: 44px; }
section > .lead { color: var(--quiet); margin-bottom: 16px; max-width: 70ch; }
.kind { display: inline-flex; align-items: center; gap: 8px; font-weight: 600; font-size: 0.86rem; padding: 3px 11px; border-radius: 99px; }
.kind.good { background: var(--good-soft); color: var(--good); } .kind.bad { background: var(--bad-soft); color: var(--bad); }
.kind.warn { background: var(--warn-soft); color: var(--warn); } .kind.plain { background: var(--track); color: var(--quiet); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); } .warn-text { color: var(--warn); }
.tally { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 18px 0 0; padding: 0; list-style: none; }
.tally b { font-size: 1.2rem; font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px; margin-top: 14px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 14px; margin-top: 14px; }
.pair .card { margin-top: 0; }
svg { display: block; max-width: 100%; }
.slots svg { width: 100%; height: auto; margin: 14px 0 10px; }
.slots dl, .finding dl { display: grid; grid-template-columns: auto 1fr; gap: 3px 16px; margin: 0; }
.slots dl { grid-template-columns: 1fr auto; margin-top: 10px; }
.slots dd { text-align: right; font-variant-numeric: tabular-nums; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 10px 0 6px; padding: 0; list-style: none; font-size: 0.86rem; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 7px; }
.swatch { width: 18px; height: 10px; border-radius: 3px; flex: none; }
.axis { display: flex; justify-content: space-between; color: var(--quiet); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.tab { margin-top: 10px; } .tab + .tab { padding-top: 10px; border-top: 1px solid var(--line); }
.row { display: grid; grid-template-columns: minmax(0, 190px) minmax(0, 1fr) 116px; gap: 2px 14px; align-items: center; min-height: 24px; }
.row .name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 0.84rem; }
.row .name b { font-weight: 600; margin-right: 6px; }
.row .said { font-size: 0.8rem; color: var(--quiet); font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.row .said.bad-text { color: var(--bad); }
.row svg { width: 100%; height: 14px; border-radius: 4px; background: var(--track); }
.row.strip { grid-template-columns: minmax(0, 300px) minmax(0, 1fr) 150px; min-height: 30px; }
.row.tall svg { height: 40px; } .row.tall + .row.tall { margin-top: 8px; }
.finding { border-left: 5px solid var(--line); }
.finding.error { border-left-color: var(--bad); } .finding.warning { border-left-color: var(--wait); } .finding.info { border-left-color: var(--load); }
.finding header { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; margin-bottom: 10px; }
.finding pre { margin: 6px 0 0; padding: 12px 14px; background: var(--track); border-radius: 8px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.finding .why { margin-top: 10px; max-width: 75ch; }
.finding .fix { margin-top: 14px; font-size: 0.92rem; } .finding .fix b { font-weight: 600; }
.numbers { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 0 12px; }
.numbers div { display: flex; flex-direction: column-reverse; } .numbers dd { font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.2; } .numbers dt { font-size: 0.8rem; }
.finding dl.numbers { display: flex; margin: 0 0 14px; }
ul.plain { list-style: none; margin: 10px 0 0; padding: 0; } ul.plain li { padding: 5px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } ul.plain li:first-child { border-top: 0; }
summary { cursor: pointer; font-weight: 600; } summary:focus-visible { outline: 2px solid var(--stream); outline-offset: 3px; border-radius: 4px; }
footer { margin-top: 52px; padding-top: 18px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.84rem; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 640px) {
  main { padding: 26px 16px 44px; }
  section { margin-top: 34px; }
  .card { padding: 16px; }
  .row, .row.strip { grid-template-columns: minmax(0, 1fr) auto; padding: 3px 0; }
  .row svg, .row .axis { grid-column: 1 / -1; grid-row: 2; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .card, .row, .tab { break-inside: avoid; } h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
}
`
