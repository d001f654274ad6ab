import { expect, test } from 'vitest'
import { resumeIgnored } from '../../../src/doctor/checks/resume-ignored.js'
import { findingOf, findingsOf } from '../../support/examine.js'
import { streamOf } from '../../support/stream-evidence.js'
import { serve, steady } from '../../support/stream-server.js'

test('a server that goes on live fails, and one that resumes passes', async () => {
  const { faulty, sound } = await findingsOf('resume/ignored', {
    for: 2500,
    faulty: steady({ resumes: false }),
    sound: steady(),
  })
  expect(faulty).toMatchObject({
    state: 'fail',
    severity: 'error',
    measured: expect.stringMatching(/^asked to resume after \d+, began at \d+: \d+ lost$/),
  })
  expect(sound).toMatchObject({ state: 'pass', measured: expect.stringMatching(/went on with \d+$/) })
})

test('ids that count anew on each connection fail', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    let number = 0
    const timer = setInterval(() => response.write(`id: ${++number}\ndata: 1\n\n`), 150)
    response.once('close', () => clearInterval(timer))
  })
  expect(await findingOf('resume/ignored', server.url, { for: 3000 })).toMatchObject({
    state: 'fail',
    severity: 'warning',
    measured: expect.stringContaining('each connection has ids of its own'),
  })
})

test('a refusal and silence fail, each in its words', () => {
  const stream = streamOf('resume/ignored', 'fail')
  if (!stream.resume) throw new Error('no resume')
  const refused = { ...stream.resume, first: [], exchange: { ...stream.resume.exchange, status: 400 } }
  expect(resumeIgnored.judge({ ...stream, resume: refused })).toMatchObject({
    state: 'fail',
    measured: expect.stringContaining('the answer was 400'),
  })
  expect(resumeIgnored.judge({ ...stream, resume: { ...stream.resume, first: [], waitedMs: 5000 } })).toMatchObject({
    state: 'fail',
    measured: expect.stringContaining('nothing came'),
  })
})

test.each([
  [429, 'a 429'],
  [null, 'no answer'],
])('a server that gives a second connection %s says nothing of resuming', (status, words) => {
  const stream = streamOf('resume/ignored', 'fail')
  if (!stream.resume) throw new Error('no resume')
  const resume = { ...stream.resume, first: [], exchange: { ...stream.resume.exchange, status } }
  expect(resumeIgnored.judge({ ...stream, resume })).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining(words),
  })
})
