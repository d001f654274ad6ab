/** `GET /`: one page that shows the stream live, and publishes to it. Nothing in it comes from elsewhere. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { pageScript } from './page-script.js'
import { pageStyle } from './page-style.js'
import type { MockSettings } from './settle-mock.js'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const policy: string = [
  "default-src 'none'",
  `script-src ${hashOf(pageScript)}`,
  `style-src ${hashOf(pageStyle)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Answers with the page. */
export function showPage(response: ServerResponse, { paths, profile }: MockSettings): void {
  response.statusCode = 200
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Security-Policy', policy)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  const stream = profile === 'llm' ? (paths.at(-1) ?? '/') : (paths[0] ?? '/')
  response.end(pageFor(stream, profile))
}

function pageFor(stream: string, profile: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>sse-coord mock</title>
<style>${pageStyle}</style>
</head>
<body data-stream="${escapeHtml(stream)}" data-profile="${escapeHtml(profile)}">
<header>
  <h1>sse-coord mock</h1>
  <p><code>GET ${escapeHtml(stream)}</code> <span id="state" role="status">connecting</span></p>
  <dl>
    <div><dt>events</dt><dd id="count">0</dd></div>
    <div><dt>per second</dt><dd id="rate">–</dd></div>
    <div><dt>last id</dt><dd id="last">–</dd></div>
    <div><dt>retry</dt><dd id="retry">–</dd></div>
    <div><dt>clients</dt><dd id="clients">–</dd></div>
  </dl>
</header>
<main>
  <form id="publish">
    <label>Event <input id="event" placeholder="message" autocomplete="off" spellcheck="false"></label>
    <label class="wide">Data <input id="data" value="hello" autocomplete="off" spellcheck="false"></label>
    <button>Publish</button>
    <button type="button" id="pause" aria-pressed="false">Pause view</button>
  </form>
  <p id="told" role="status"></p>
  <div class="table">
    <table>
      <caption>The latest 200 blocks, newest first</caption>
      <thead><tr><th>gap</th><th>id</th><th>type</th><th>data</th></tr></thead>
      <tbody id="events"></tbody>
    </table>
    <p id="empty">No event yet.</p>
  </div>
</main>
<script>${pageScript}</script>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
