/** What `mock` says when it is up: where it is, and what to type next. */
import { networkInterfaces } from 'node:os'
import type { Mock, MockProfile } from '../../../index.js'
import { tool } from '../../../package.js'
import type { Pen } from '../../../report/index.js'

/** Some lines, the last one with its line break. */
export function greeting(
  { url, paths, token, faults, port }: Mock,
  { http2, profile, file, host }: { http2: boolean; profile: MockProfile; file?: string | undefined; host?: string },
  pen: Pen,
): string {
  const curl = `curl ${http2 ? '-k ' : ''}`
  const [path = '/'] = paths
  const recording: [string, string][] = file === undefined ? [] : [['playing', file]]
  const lines: [string, string][] = paths.map((one) => ['stream', `${url}${one}`])
  if (host === '0.0.0.0' || host === '::') for (const address of addresses()) lines.push(['also', `${address}:${port}`])
  lines.push(['page', `${url}/`], ['try', tryLine(curl, url + path, profile)])
  if (profile !== 'llm' && file === undefined) {
    lines.push(['publish', `${curl}-d '{"data": ${dataOf(profile)}}' ${url}/publish`])
  }
  lines.push(['faults', `${curl}-d cut@event=3 -H 'Authorization: Bearer ${token}' ${url}/faults`])
  for (const { text } of faults.list()) lines.push(['on', text])
  const rows = [...recording, ...lines].map(
    ([name, words]) => `  ${pen.paint('quiet', name.padEnd(9))}${pen.text(words)}`,
  )
  return `${tool.name} mock ${tool.version}${pen.text(' – Ctrl-C ends it')}\n${rows.join('\n')}\n`
}

function tryLine(curl: string, stream: string, profile: MockProfile): string {
  if (profile === 'llm') return `${curl}-N -d '{"stream": true}' ${stream}`
  if (profile === 'mcp') {
    const initialize = '{"jsonrpc": "2.0", "id": 1, "method": "initialize"}'
    return `${curl}-iN -H 'Accept: text/event-stream' -d '${initialize}' ${stream}`
  }
  return `${curl}-N ${stream}`
}

/** What is worth publishing. */
function dataOf(profile: MockProfile): string {
  return profile === 'mcp' ? '{"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}' : '"hello"'
}

/** Under which addresses other machines reach this one. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && !one.internal && one.family === 'IPv4' ? [one.address] : []))
}
