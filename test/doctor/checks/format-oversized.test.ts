import { expect, test } from 'vitest'
import { findingsOf } from '../../support/examine.js'
import { steady } from '../../support/stream-server.js'

test('an event of 70 KiB fails, and one of 60 KiB passes', async () => {
  const sized = (kib: number) => steady({ event: (number) => `id: ${number}\ndata: ${'x'.repeat(kib * 1024)}\n\n` })
  const { faulty, sound } = await findingsOf('format/oversized', { faulty: sized(70), sound: sized(60) })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'warning',
    limit: 65_536,
    measured: 'the largest has 70 KiB',
  })
  expect(sound).toMatchObject({ state: 'pass' })
})
