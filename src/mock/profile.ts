/** The seam between the mock's server and what its stream's paths answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CountedStore } from '../server/index.js'

/** What answers on the stream's paths. */
export interface Profile {
  /** The methods it takes, without OPTIONS. */
  methods: readonly string[]
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>
  /** Streams of its own, to be counted beside the channel's. */
  stores?: Readonly<Record<string, CountedStore>>
  /** Ends what is its own. */
  close(): Promise<void>
}
