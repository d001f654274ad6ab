import { setTimeout as wait } from 'node:timers/promises'
import { type Origin, openStream, startOrigin } from './origin.js'
import { get, type RawClient, rawClient } from './raw-client.js'

const block = Buffer.alloc(65_536, 'x')
const quietMs = 100

/** A target whose streams bring as much as anybody takes, without an end. */
export interface Torrent extends Origin {
  /** Bytes that were written so far, to all together. */
  readonly written: number
  /** Waits until no more can be written. */
  stands(): Promise<void>
}

export async function startTorrent(): Promise<Torrent> {
  let written = 0
  const origin = await startOrigin((_request, response) => {
    openStream(response)
    const more = () => {
      do written += block.length
      while (!response.destroyed && response.write(block))
    }
    response.on('drain', more)
    more()
  })
  return {
    ...origin,
    get written() {
      return written
    },
    async stands() {
      let before = -1
      while (written === 0 || written !== before) {
        before = written
        await wait(quietMs)
      }
    },
  }
}

/** A client that asks for a stream and never reads it. */
export async function startIdleReader(port: number, headers: Record<string, string>): Promise<RawClient> {
  const client = await rawClient(port)
  client.socket.pause()
  client.write(get('/', headers))
  return client
}
