import { expect, test } from 'vitest'
import { createAnswerStreams } from '../../src/mock/mcp-answers.js'

test('work that takes long ends when the mock closes', async () => {
  const answers = createAnswerStreams()
  const said: unknown[] = []
  const stream = answers.open()
  stream.channel.on('broadcast', (data) => said.push(data))
  const params = { name: 'count', arguments: { to: 5, everyMs: 60_000 } }
  const work = answers.work(stream, [{ id: 1, method: 'tools/call', params }], false)
  await answers.close()
  await work
  expect(said).toEqual([])
})
