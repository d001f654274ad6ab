import { expect, test } from 'vitest'
import { findingsOf } from '../../support/examine.js'
import type { Handler } from '../../support/stream-server.js'

test('Latin-1 fails, and UTF-8 passes', async () => {
  const writing =
    (encoding: 'latin1' | 'utf8'): Handler =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(Buffer.from('data: déjà vu\n\n', encoding))
    }
  const { faulty, sound } = await findingsOf('format/encoding', { faulty: writing('latin1'), sound: writing('utf8') })
  expect(faulty).toMatchObject({ state: 'fail', severity: 'error' })
  expect(sound).toMatchObject({ state: 'pass' })
})
