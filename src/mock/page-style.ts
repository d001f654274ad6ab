/** How the mock's page looks: light and dark, from 320 pixels on. */
export const pageStyle: string = `
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --line: #d8dee4; --ground: #fff; --card: #f6f8fa;
  --good: #1a7f37; --bad: #b42318; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9aa4af; --line: #30363d; --ground: #0d1117;
  --card: #161b22; --good: #4ac26b; --bad: #ff7b72; --accent: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0; }
header p { margin: .25rem 0 .75rem; }
code, td, input { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: .875rem; }
#state { margin-left: .5rem; color: var(--quiet); }
#state::before { content: '○ '; }
#state.open { color: var(--good); }
#state.open::before { content: '● '; }
#state.closed { color: var(--bad); }
#state.closed::before { content: '✗ '; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .5rem; margin: 0 0 1rem; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .375rem; padding: .375rem .625rem; min-width: 0; }
dt { color: var(--quiet); font-size: .8125rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { color: var(--quiet); font-size: .8125rem; flex: 0 1 9rem; }
label.wide { flex: 1 1 14rem; }
input, button { display: block; width: 100%; min-height: 2.5rem; padding: .375rem .625rem; border: 1px solid var(--line);
  border-radius: .375rem; background: var(--ground); color: var(--ink); }
button { width: auto; background: var(--card); font: inherit; cursor: pointer; }
button:hover { border-color: var(--quiet); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
#told { min-height: 1.5rem; margin: .25rem 0; color: var(--quiet); font-size: .875rem; }
#told.bad { color: var(--bad); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
caption { text-align: left; color: var(--quiet); font-size: .8125rem; padding-bottom: .25rem; }
th { text-align: left; font-size: .8125rem; color: var(--quiet); border-bottom: 1px solid var(--line); }
th, td { padding: .25rem .5rem .25rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; white-space: pre-wrap; }
tr.comment td { color: var(--quiet); }
th:nth-child(1) { width: 4.75rem; } th:nth-child(2) { width: 6rem; } th:nth-child(3) { width: 7rem; }
#empty { color: var(--quiet); }
@media (max-width: 36rem) { label, label.wide { flex: 1 1 100%; } button { flex: 1; } th:nth-child(1) { width: 4rem; } th:nth-child(2) { width: 3.5rem; } th:nth-child(3) { width: 5.25rem; } }
`
