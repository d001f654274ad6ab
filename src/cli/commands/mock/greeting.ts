/** What `mock` says when it is up: where it is, and what to type next. */
import { networkInterfaces } from 'node:os'
import type { Mock, MockProfile } from '../../../index.js'
import { tool } from '../../../package.js'
import type { Pen } from '../../../report/index.js'

interface GreetingOptions {
  http2: boolean
  profile: MockProfile
  file?: string | undefined
  host?: string
  /** Says whose command line the lines to type are for. */
  platform: string
}

/** Some lines, the last one with its line break. */
export function greeting({ url, paths, token, faults, port }: Mock, options: GreetingOptions, pen: Pen): string {
  const { http2, profile, file, host, platform } = options
  const say = platform === 'win32' ? onWindows : inShells
  const curl = `${say.curl} ${http2 ? '-k ' : ''}`
  const [path = '/'] = paths
  const recording: [string, string][] = file === undefined ? [] : [['playing', file]]
  const lines: [string, string][] = paths.map((one) => ['stream', `${url}${one}`])
  if (host === '0.0.0.0' || host === '::') for (const address of addresses()) lines.push(['also', `${address}:${port}`])
  lines.push(['page', `${url}/`], ['try', tryLine(curl, url + path, profile, say)])
  if (profile !== 'llm' && file === undefined) {
    lines.push(['publish', `${curl}-d ${profile === 'mcp' ? say.quote(notification) : say.hello} ${url}/publish`])
  }
  lines.push(['faults', `${curl}-d cut@event=3 -H ${say.quote(`Authorization: Bearer ${token}`)} ${url}/faults`])
  for (const { text } of faults.list()) lines.push(['on', text])
  const rows = [...recording, ...lines].map(
    ([name, words]) => `  ${pen.paint('quiet', name.padEnd(9))}${pen.text(words)}`,
  )
  return `${tool.name} mock ${tool.version}${pen.text(' – Ctrl-C ends it')}\n${rows.join('\n')}\n`
}

/** How a line is typed in the shells of one kind of system. */
interface Spelling {
  curl: string
  quote(text: string): string
  /** The body of a first event. */
  hello: string
}

const inShells: Spelling = { curl: 'curl', quote: (text) => `'${text}'`, hello: `'{"data": "hello"}'` }

/** PowerShell calls something else `curl`, and `cmd` knows double quotes alone; a bare word is the same to both. */
const onWindows: Spelling = {
  curl: 'curl.exe',
  quote: (text) => `"${text.replaceAll('"', '\\"')}"`,
  hello: 'hello',
}

const notification = '{"data": {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}}'
const initialize = '{"jsonrpc": "2.0", "id": 1, "method": "initialize"}'

function tryLine(curl: string, stream: string, profile: MockProfile, { quote }: Spelling): string {
  if (profile === 'llm') return `${curl}-N -d ${quote('{"stream": true}')} ${stream}`
  if (profile === 'mcp') return `${curl}-iN -H ${quote('Accept: text/event-stream')} -d ${quote(initialize)} ${stream}`
  return `${curl}-N ${stream}`
}

/** Under which addresses other machines reach this one. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && !one.internal && one.family === 'IPv4' ? [one.address] : []))
}
