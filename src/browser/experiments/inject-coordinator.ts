/** The script that gives a page the coordinator before its own code runs: EventSource becomes SharedEventSource. */
import { readFile } from 'node:fs/promises'
import { packageRoot } from '../../package.js'

export async function coordinatorScript(): Promise<string> {
  const bundle = await readFile(new URL('dist/coordinator.global.js', packageRoot), 'utf8')
  return `${bundle}\n;globalThis.EventSource = SharedEventSource\n//# sourceURL=sse-coord://coordinator.js\n`
}
