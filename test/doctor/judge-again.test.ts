import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../src/evidence/evidence.js'
import { diagnose, judgeAgain } from '../../src/index.js'
import { serve, steady } from '../support/stream-server.js'

describe('saved evidence', () => {
  test('gives the report of the run that saved it, without its secrets and without data', async () => {
    await using server = await serve(
      steady({
        event: (number) => `id: ${number}\ndata: secret-in-data-${number}\n\n`,
        headers: { 'set-cookie': 'sid=hush-cookie' },
      }),
    )
    let saved: Evidence | undefined
    const report = await diagnose({
      urls: [`${server.url}?token=hush-query-0123456789`, `${server.url}?room=2`],
      for: 1200,
      headers: [['Authorization', 'Bearer hush-header']],
      onEvidence: (evidence) => {
        saved = evidence
      },
    })
    const text = JSON.stringify(saved)
    expect(judgeAgain(text)).toEqual(report)
    expect(report.streams).toHaveLength(2)
    for (const one of [text, JSON.stringify(report)]) expect(one).not.toMatch(/hush|secret-in-data/)
  })

  test('holds no secret either where the server repeats it', async () => {
    await using server = await serve((request, response) => {
      const said = [request.headers.authorization, request.headers.cookie, request.url].join(' ')
      response.writeHead(401, { 'content-type': 'text/html', 'x-said': said })
      response.end(`<title>${said}</title>`)
    })
    let text = ''
    const report = await diagnose({
      urls: [`${server.url}?token=hush%2Fquery-0123456789`],
      for: 1000,
      headers: [
        ['Authorization', 'Bearer hush-header'],
        ['Cookie', 'sid=hush-cookie; theme=dark'],
      ],
      onEvidence: (evidence) => {
        text = JSON.stringify(evidence)
      },
    })
    expect(report.findings.find(({ id }) => id === 'response/status')?.measured).toMatch(/^401: “\*\*\* /)
    for (const one of [text, JSON.stringify(report)]) expect(one).not.toContain('hush')
  })

  test('tells of a run that was ended before its page as the run itself did', async () => {
    await using server = await serve(steady())
    let text = ''
    const report = await diagnose({
      urls: [server.url],
      app: { url: server.origin },
      signal: AbortSignal.timeout(600),
      onEvidence: (evidence) => {
        text = JSON.stringify(evidence)
      },
    })
    expect(report).toMatchObject({ complete: false, exitCode: 130, targets: [server.url, server.origin] })
    expect(report.findings.find(({ id }) => id === 'tabs/stall')).toMatchObject({
      state: 'unknown',
      target: server.origin,
      reason: expect.stringContaining('the run ended before'),
    })
    expect(judgeAgain(text)).toEqual(report)
  })

  test('tells of a run that could not go on, and why', async () => {
    await using server = await serve(steady())
    let text = ''
    const report = await diagnose({
      urls: [server.url],
      for: 1000,
      app: { url: server.origin },
      browser: process.execPath, // is there, and is no browser
      onEvidence: (evidence) => {
        text = JSON.stringify(evidence)
      },
    })
    expect(report).toMatchObject({ complete: false, exitCode: 2, error: { code: 'browser-not-started' } })
    expect(judgeAgain(text)).toEqual(report)
  })

  test('is judged by the checks and the severity that are asked for now', async () => {
    await using server = await serve(steady({ first: ': hi\n\n' }))
    let text = ''
    await diagnose({
      urls: [server.url],
      for: 1000,
      onEvidence: (evidence) => {
        text = JSON.stringify(evidence)
      },
    })
    const report = judgeAgain(text, { onlyChecks: ['retry'], skipChecks: ['retry/herd'], failOn: 'warning' })
    expect(report.findings.map(({ id }) => id)).toEqual(['retry/missing', 'retry/extreme'])
    expect(report.exitCode).toBe(1)
    expect(judgeAgain(text, { onlyChecks: ['retry'] }).exitCode).toBe(0)
  })

  test.each([
    ['{', 'This is no evidence of sse-coord: it is not JSON.'],
    ['null', 'This is no evidence of sse-coord: it names no schema.'],
    ['{"schema":"sse-coord/report@1"}', 'This is no evidence of sse-coord: it is a report, which holds less.'],
    [
      '{"schema":"sse-coord/evidence@0"}',
      'This evidence is of sse-coord/evidence@0, and this version reads sse-coord/evidence@1.',
    ],
    ['{"schema":"sse-coord/evidence@1","targets":[]}', 'This is no evidence of sse-coord: it holds no stream.'],
    [
      '{"schema":"sse-coord/evidence@1","targets":[],"environment":{},"experiments":{},"streams":[{"watch":[{}]}]}',
      'This evidence has been changed by hand: parts of it are missing.',
    ],
  ])('%s is refused in a sentence', (text, message) => {
    expect(() => judgeAgain(text)).toThrow(expect.objectContaining({ code: 'bad-evidence', message }))
  })
})
