// Ways to share one stream among tabs, each as a script that leaves `share(onEvent)` in the page.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))

const sources = {
  coordinator: `
    import { SharedEventSource } from '../../src/coordinator/index.ts'
    globalThis.share = (onEvent) => { new SharedEventSource('/events').onmessage = (event) => onEvent(event.data) }
  `,
  'coordinator-callbacks': `
    import { SSECoordinator } from '../../src/coordinator/index.ts'
    globalThis.share = (onEvent) => {
      new SSECoordinator({ url: '/events', parseJson: false, onEvent: ({ data }) => onEvent(data) }).connect()
    }
  `,
  'coordinator-native': `
    import { SharedEventSource } from '../../src/coordinator/native.ts'
    globalThis.share = (onEvent) => {
      new SharedEventSource('/events', { lastEventIdParam: 'after' }).onmessage = (event) => onEvent(event.data)
    }
  `,
  // No election, no memory, nothing but the channel: the first tab reads and posts. The floor for relaying.
  'raw-channel': `
    globalThis.share = (onEvent) => {
      const channel = new BroadcastChannel('events')
      channel.onmessage = ({ data }) => onEvent(data)
      navigator.locks.request('first', { ifAvailable: true }, (lock) => lock && new Promise(() => {
        new EventSource('/events').onmessage = ({ data }) => { channel.postMessage(data); onEvent(data) }
      }))
    }
  `,
  // What one writes in an afternoon: the holder of the lock reads the stream and relays.
  'web-lock': `
    globalThis.share = (onEvent) => {
      const channel = new BroadcastChannel('events')
      channel.onmessage = ({ data }) => onEvent(data)
      navigator.locks.request('events', () => new Promise(() => {
        new EventSource('/events').onmessage = ({ data }) => { channel.postMessage(data); onEvent(data) }
      }))
    }
  `,
  'tab-election': `
    import { Tab } from 'tab-election'
    globalThis.share = (onEvent) => {
      const tab = new Tab('events')
      tab.addEventListener('message', ({ data }) => onEvent(data))
      tab.waitForLeadership(() => {
        new EventSource('/events').onmessage = ({ data }) => { tab.send(data); onEvent(data) }
        return {}
      })
    }
  `,
  'broadcast-channel': `
    import { BroadcastChannel, createLeaderElection } from 'broadcast-channel'
    globalThis.share = (onEvent) => {
      const channel = new BroadcastChannel('events')
      channel.onmessage = onEvent
      createLeaderElection(channel).awaitLeadership().then(() => {
        new EventSource('/events').onmessage = ({ data }) => { channel.postMessage(data); onEvent(data) }
      })
    }
  `,
}

export const names = Object.keys(sources)

/** The script of one contender, bundled and minified as an app would ship it. */
export async function scriptOf(name) {
  const result = await build({
    stdin: { contents: sources[name], resolveDir: here, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    write: false,
    logLevel: 'error',
  })
  return result.outputFiles[0].text
}
