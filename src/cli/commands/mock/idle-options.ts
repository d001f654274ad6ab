/** Refuses options that would do nothing in the shape that was asked for: whoever gives one waits for its effect. */
import { SseCoordError } from '../../../error.js'
import type { MockFlags } from './flags.js'

type Shape = 'stream' | 'llm' | 'mcp' | 'recording'

/** In which shapes an option acts; those that are not named act in all. */
const actsIn: { readonly [Name in keyof MockFlags]?: readonly Shape[] } = {
  rate: ['stream'],
  event: ['stream'],
  topics: ['stream'],
  payload: ['stream', 'llm'],
  payloadFile: ['stream', 'llm'],
  history: ['stream', 'mcp'],
  keepAlive: ['stream', 'llm', 'mcp'],
  retry: ['stream'],
  firstToken: ['llm'],
  tokensPerSecond: ['llm'],
  jitter: ['llm'],
  tokens: ['llm'],
  speed: ['recording'],
}

const wordsFor: Record<Shape, string> = {
  stream: '--profile stream',
  llm: '--profile llm',
  mcp: '--profile mcp',
  recording: 'a recording',
}

/** @throws SseCoordError `bad-option` that names the first such option, and where it belongs */
export function refuseIdleOptions(flags: MockFlags): void {
  const shape = flags.file === undefined ? (flags.profile ?? 'stream') : 'recording'
  for (const [name, shapes] of Object.entries(actsIn)) {
    const value = flags[name as keyof MockFlags]
    if (value === undefined || shapes.includes(shape)) continue
    const option = `--${value === false ? 'no-' : ''}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const [only] = shapes
    const words =
      shapes.length === 1 && only && only !== 'stream' ? `without ${wordsFor[only]}` : `with ${wordsFor[shape]}`
    throw new SseCoordError('bad-option', `${option} does nothing ${words}.`)
  }
}
