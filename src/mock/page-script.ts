/**
 * What the mock's page does. It reads with fetch rather than EventSource, which shows neither comments nor reconnection
 * times nor types it was not asked for; where an EventSource would give up, the page says so and does the same.
 */
export const pageScript: string = `'use strict'
const $ = (id) => document.getElementById(id)
const { stream, profile } = document.body.dataset
const most = 200
const startedAt = performance.now()
let lastId = '', retryMs = 3000, count = 0, paused = false, lastAt = 0, times = []

function show(state, words) {
  $('state').className = state
  $('state').textContent = words
}

function addRow(kind, cells) {
  if (paused) return
  const row = document.createElement('tr')
  row.className = kind
  for (const text of cells) row.insertCell().textContent = text
  $('events').prepend(row)
  while ($('events').rows.length > most) $('events').lastChild.remove()
  $('empty').hidden = true
}

function gap() {
  const now = performance.now()
  const ms = lastAt === 0 ? 0 : now - lastAt
  lastAt = now
  return ms < 1000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s'
}

function take(block) {
  let data, type = '', id
  for (const line of block.split(/\\r\\n|\\r|\\n/)) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (colon === 0) addRow('comment', [gap(), '', 'comment', value])
    else if (name === 'data') data = data === undefined ? value : data + '\\n' + value
    else if (name === 'event') type = value
    else if (name === 'id' && !value.includes('\\0')) id = lastId = value
    else if (name === 'retry' && /^\\d+$/.test(value)) $('retry').textContent = (retryMs = Number(value)) + ' ms'
  }
  $('last').textContent = lastId || '–'
  if (data === undefined) return
  times.push(performance.now())
  $('count').textContent = ++count
  addRow('event', [gap(), id ?? '', type || 'message', data.length > 2000 ? data.slice(0, 2000) + ' …' : data])
  return profile === 'llm' && data === '[DONE]'
}

async function read() {
  const headers = { accept: 'text/event-stream' }
  if (lastId !== '') headers['last-event-id'] = lastId
  const response = await fetch(stream + location.search, { headers, cache: 'no-store' })
  const type = response.headers.get('content-type') ?? 'no content type'
  if (response.status !== 200 || !/^text\\/event-stream\\b/i.test(type)) {
    show('closed', response.status + ', ' + type + ': an EventSource gives up here')
    return false
  }
  show('open', 'open')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return true
    text += value
    const blocks = text.split(/\\r\\n\\r\\n|\\n\\n|\\r\\r(?!\\n)/)
    text = blocks.pop()
    for (const block of blocks) if (take(block)) return show('closed', 'ended by design'), false
  }
}

async function run() {
  for (;;) {
    try {
      if (!(await read())) return
    } catch {}
    show('', 'reconnecting in ' + retryMs + ' ms')
    await new Promise((resolve) => setTimeout(resolve, Math.min(retryMs, 2 ** 31 - 1)))
    show('', 'connecting')
  }
}

async function countClients() {
  try {
    const { channels } = await (await fetch('/connections', { cache: 'no-store' })).json()
    $('clients').textContent = Object.values(channels).reduce((sum, { sessions }) => sum + sessions, 0)
  } catch {
    $('clients').textContent = '–'
  }
}

setInterval(() => {
  const from = performance.now() - 5000
  times = times.filter((at) => at > from)
  $('rate').textContent = (times.length / Math.min(5, (performance.now() - startedAt) / 1000)).toFixed(1)
}, 1000)
setInterval(countClients, 2000)

$('pause').onclick = () => {
  paused = !paused
  $('pause').setAttribute('aria-pressed', paused)
  $('pause').textContent = paused ? 'Go on' : 'Pause view'
}

$('publish').onsubmit = async (submitted) => {
  submitted.preventDefault()
  const event = $('event').value
  const query = event === '' ? '' : '?event=' + encodeURIComponent(event)
  let words = 'The mock does not answer.', bad = true
  try {
    const response = await fetch('/publish' + query, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: $('data').value })
    const text = await response.text()
    bad = !response.ok
    words = bad ? text : 'Published as ' + JSON.parse(text).id + ' to ' + JSON.parse(text).clients + (JSON.parse(text).clients === 1 ? ' client.' : ' clients.')
  } catch {}
  $('told').className = bad ? 'bad' : ''
  $('told').textContent = words
}

if (profile === 'mcp') show('', 'an MCP client begins with POST ' + stream)
else run()
countClients()
`
