import { expect, test } from 'vitest'
import { isSecretHeader, isSecretName, redactHeaders, redactUrl } from '../../src/evidence/redact.js'

test('a URL keeps everything but its secrets, letter by letter', () => {
  const cases = {
    'http://host/events?topics=a,b&x=%20': 'http://host/events?topics=a,b&x=%20',
    'https://ann:pw@host/e?access_token=abc&room=1': 'https://***@host/e?access_token=***&room=1',
    'https://a@b:c@host/': 'https://***@host/',
    '/e?Token=1&sessionId=2&X-Amz-Signature=3': '/e?Token=***&sessionId=***&X-Amz-Signature=***',
    '/e?api%5Fkey=1;sig=2#id_token=3&state=4': '/e?api%5Fkey=***;sig=***#id_token=***&state=4',
    'http://host/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sflKxwRJSM/e': 'http://host/***/e',
    '/e?mail=a@b.c': '/e?mail=a@b.c',
    '/e?token=a\nb': '/e?token=***',
  }
  for (const [url, shown] of Object.entries(cases)) expect(redactUrl(url)).toBe(shown)
})

test('names of secrets are known in every spelling, and others are not taken for one', () => {
  for (const name of ['token', 'accessToken', 'ACCESS_TOKEN', 'x-api-key', 'apikey', 'ticket', 'jwt', 'sid', 'x_sig']) {
    expect(isSecretName(name), name).toBe(true)
  }
  for (const name of ['monkey', 'keyword', 'topics', 'design', 'author', 'assign', 'lastEventId', 'passage']) {
    expect(isSecretName(name), name).toBe(false)
  }
  expect(isSecretHeader('Idempotency-Key')).toBe(false)
})

test('headers keep their names, the scheme and the names of cookies', () => {
  expect(
    redactHeaders([
      ['Authorization', 'Bearer abc'],
      ['proxy-authorization', 'abcdef'],
      ['Cookie', 'sid=1; theme=dark'],
      ['cookie', 'bare'],
      ['Set-Cookie', 'sid=1; Path=/; HttpOnly'],
      ['X-Api-Key', 'k'],
      ['Location', '/in?ticket=1&a=2'],
      ['Content-Type', 'text/event-stream'],
    ]),
  ).toEqual([
    ['Authorization', 'Bearer ***'],
    ['proxy-authorization', '***'],
    ['Cookie', 'sid=***; theme=***'],
    ['cookie', '***'],
    ['Set-Cookie', 'sid=***; Path=/; HttpOnly'],
    ['X-Api-Key', '***'],
    ['Location', '/in?ticket=***&a=2'],
    ['Content-Type', 'text/event-stream'],
  ])
})
