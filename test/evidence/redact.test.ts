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
    '/e?token=a"<>?b#c': '/e?token=***#c',
    '/e;jsessionid=1;v=2/f?a': '/e;jsessionid=***;v=2/f?a',
    '//ann:pw@host/e': '//***@host/e',
    '/to?url=http://ann:pw@host/?token=1&b=2': '/to?url=http://***@host/?token=***&b=2',
    '/to?url=http%3A%2F%2Fhost%2F%3Fa%3D1%26token%3D2%26b%3D3&c=4':
      '/to?url=http%3A%2F%2Fhost%2F%3Fa%3D1%26token%3D***%26b%3D3&c=4',
    '/e?clientsecret=1&XSRFTOKEN=2&a=3': '/e?clientsecret=***&XSRFTOKEN=***&a=3',
    'https://unpkg.com/@scope/a@1/b': 'https://unpkg.com/@scope/a@1/b',
  }
  for (const [url, shown] of Object.entries(cases)) expect(redactUrl(url)).toBe(shown)
})

test('a web token is found behind other words of its part, in whatever part it begins', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sflKxwRJSM'
  const cases = {
    [`/a-${jwt}/b`]: '/a-***/b',
    [`/v1.${jwt}`]: '/v1.***',
    [`/eyJ.${jwt}`]: '/eyJ.***',
    [`/x${jwt}`]: `/x${jwt}`, // in the middle of a word it is none
  }
  for (const [url, shown] of Object.entries(cases)) expect(redactUrl(url)).toBe(shown)
})

test('a long text of a stranger is read once, whatever it is made to look like', () => {
  const most = 262_144
  for (const part of ['eyJ-', '?', '&', '%26', '%3fa', '//', '://a', 'a', '=', ' ', 'eyJ-.']) {
    const text = part.repeat(most / part.length)
    redactUrl(`http://host/?${text}`)
    for (const name of ['x-a', 'cookie', 'set-cookie', 'authorization', 'location', 'sec-websocket-protocol']) {
      redactHeaders([[name, `?${text}`]])
    }
  }
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
      ['Content-Type', 'text/event-stream; charset=utf-8'],
      ['Link', '</a.css?access_token=1>; rel=preload; as=style'],
      ['Refresh', '1; url=/e?token=1'],
      ['Sec-WebSocket-Protocol', `graphql-ws, base64url.bearer.${'x'.repeat(40)}`],
      ['X-Original-URL', 'http://ann:pw@host/e?token=1'],
    ]),
  ).toEqual([
    ['Authorization', 'Bearer ***'],
    ['proxy-authorization', '***'],
    ['Cookie', 'sid=***; theme=***'],
    ['cookie', '***'],
    ['Set-Cookie', 'sid=***; Path=/; HttpOnly'],
    ['X-Api-Key', '***'],
    ['Location', '/in?ticket=***&a=2'],
    ['Content-Type', 'text/event-stream; charset=utf-8'],
    ['Link', '</a.css?access_token=***; rel=preload; as=style'],
    ['Refresh', '1; url=/e?token=***'],
    ['Sec-WebSocket-Protocol', 'graphql-ws, ***'],
    ['X-Original-URL', 'http://***@host/e?token=***'],
  ])
})

test('a URL made to be read for long is read at once', () => {
  for (const piece of ['?a=', '%3fa%3d', '%3f', '//a@', '?token=', '?']) {
    const url = `/${piece.repeat(100_000)}`
    expect(redactUrl(url).length).toBeLessThan(2 * url.length)
  }
})
