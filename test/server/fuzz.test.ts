import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChannel, createSessionOn, type Outlet } from '../../src/server/index.js'

/** Keeps the bytes, and stops taking more now and then, as networks do. */
function createOutlet(pattern: readonly boolean[]) {
  const pieces: Uint8Array[] = []
  let drain = (): void => {}
  let close = (): void => {}
  let writes = 0
  const outlet: Outlet = {
    isOpen: true,
    open(preamble, listener) {
      drain = () => listener.onDrain()
      close = () => listener.onClose()
      if (preamble) pieces.push(preamble.bytes)
    },
    write(batch) {
      pieces.push(Uint8Array.from(batch.bytes))
      const isFree = pattern[writes++ % Math.max(1, pattern.length)] ?? true
      if (!isFree) setImmediate(drain)
      return isFree
    },
    end: () => close(),
    destroy: () => close(),
  }
  return { outlet, text: () => Buffer.concat(pieces).toString() }
}

/** Text with the characters that matter to the format, and with halves of surrogate pairs. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('\n', '\r', '\r\n', ':', ' ', 'data: ', 'id: 1', '\0', '\uFEFF', '\uD800', 'ü', '✓'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
)

const step = fc.record({
  by: fc.constantFrom('session', 'channel', 'comment', 'wait'),
  data: text,
  name: fc.option(text, { nil: undefined }),
  id: fc.option(text, { nil: undefined }),
})

const asRead = (value: string) => Buffer.from(value.replaceAll(/\r\n|\r/g, '\n')).toString()
const isRefused = (name = '', id = '') => /[\r\n]/.test(name + id) || id.includes('\0')

test('whatever is pushed and broadcast is what eventsource-parser reads, or is refused and harms nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.array(fc.boolean(), { maxLength: 5 }),
      async (steps, pattern) => {
        const { outlet, text: written } = createOutlet(pattern)
        const session = createSessionOn(outlet, '', { serializer: String })
        const channel = createChannel({ serializer: String }).register(session)
        const expected: { data: string; event: string | undefined; id: string | undefined }[] = []
        for (const { by, data, name, id } of steps) {
          if (by === 'wait') await new Promise((resolve) => setImmediate(resolve))
          else if (by === 'comment') session.comment(data)
          else {
            const eventId = by === 'channel' ? id || undefined : id
            const push = () =>
              by === 'session'
                ? session.push(data, name, eventId)
                : channel.broadcast(data, name, eventId === undefined ? {} : { eventId })
            if (isRefused(name, eventId)) expect(push).toThrow(TypeError)
            else {
              push()
              const event = name === undefined || name === '' || name === 'message' ? undefined : asRead(name)
              // An id that the channel made is not known here; any will do.
              expected.push({ data: asRead(data), event, id: eventId === undefined ? undefined : asRead(eventId) })
            }
          }
        }
        await session.drained()
        await session.close()
        const read: EventSourceMessage[] = []
        const parser = createParser({ onEvent: (event) => read.push(event) })
        parser.feed(written())
        expect(read.map(({ data, event }) => ({ data, event: event || undefined }))).toEqual(
          expected.map(({ data, event }) => ({ data, event })),
        )
        for (const [n, { id }] of expected.entries()) if (id !== undefined) expect(read[n]?.id).toBe(id)
      },
    ),
    { numRuns: 500 },
  )
})
