/** A compressor that is never flushed: the stream opens, and events come when its window is full. */
import { createGzip, type Gzip } from 'node:zlib'
import { defineBareFault, type FaultDefinition } from '../define.js'
import { passTo, withHeader, withoutHeaders } from '../sink.js'

export const gzipHold: FaultDefinition = defineBareFault({
  name: 'gzip-hold',
  summary: 'compressed without flush',
  build: () => ({
    stream(next) {
      let gzip: Gzip | undefined
      let isEnding = false
      return passTo(next, {
        head(head) {
          if (head.headers.some(([name]) => name.toLowerCase() === 'content-encoding')) return next.head(head)
          gzip = createGzip()
          gzip.on('data', (bytes: Buffer) => next.write(bytes))
          gzip.on('end', () => next.end())
          const plain = withoutHeaders(head, (name) => name === 'content-length')
          next.head(withHeader(plain, 'Content-Encoding', 'gzip'))
        },
        write(bytes) {
          if (!gzip) next.write(bytes)
          // What comes while it ends, as behind `close-after`, is too late; handed over it would throw.
          else if (!isEnding) gzip.write(bytes)
        },
        end() {
          isEnding = true
          if (gzip) gzip.end()
          else next.end()
        },
      })
    },
  }),
})
