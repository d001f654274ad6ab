import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { followRedirects } from '../../src/client/index.js'
import { serve, textOf, untilEmpty } from './support/servers.js'

test('every hop is kept, and secrets stay with their origin', async () => {
  const seen: IncomingMessage[] = []
  const target = await serve((request, response) => {
    seen.push(request)
    response.end('data: 1\n\n')
  })
  const first = await serve((request, response) => {
    seen.push(request)
    const location = request.url === '/events' ? '/second' : `${target.url.origin}/third?a=1`
    response.writeHead(request.url === '/events' ? 302 : 307, { location }).end('moved')
  })
  const headers = [
    ['Authorization', 'Bearer x'],
    ['Cookie', 'a=1'],
    ['X-Api-Key', 'x'],
    ['Accept-Language', 'de'],
  ] as const
  const { answer, hops, request } = await followRedirects({ url: first.url, headers })
  expect(await textOf(answer.chunks)).toBe('data: 1\n\n')
  expect(hops.map(({ status, location }) => [status, location.pathname])).toEqual([
    [302, '/second'],
    [307, '/third'],
  ])
  expect(request.url.href).toBe(`${target.url.origin}/third?a=1`)
  expect(seen[1]?.headers).toMatchObject({ authorization: 'Bearer x', cookie: 'a=1', 'x-api-key': 'x' })
  expect(seen[2]?.headers).toMatchObject({ 'accept-language': 'de' })
  for (const name of ['authorization', 'cookie', 'x-api-key']) expect(seen[2]?.headers).not.toHaveProperty(name)
  await untilEmpty(first)
  await untilEmpty(target)
})

test('a POST stays one after 307 and 308, and becomes a GET after 303', async () => {
  const seen: string[] = []
  const served = await serve((request, response) => {
    let body = ''
    request.on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body} ${request.headers['content-type'] ?? '-'}`)
      if (request.url === '/events') response.writeHead(307, { location: '/a' })
      else if (request.url === '/a') response.writeHead(303, { location: '/b' })
      response.end()
    })
  })
  const headers = [['Content-Type', 'text/plain']] as const
  const { answer } = await followRedirects({ url: served.url, method: 'POST', body: 'hey', headers })
  await answer.close()
  expect(seen).toEqual(['POST /events hey text/plain', 'POST /a hey text/plain', 'GET /b  -'])
})

test('a circle and a place that is no web address are given up', async () => {
  const served = await serve((request, response) => {
    response.writeHead(301, { location: request.url === '/events' ? '/events' : 'javascript:1' }).end()
  })
  await expect(followRedirects({ url: served.url }, 3)).rejects.toMatchObject({ stage: 'redirect' })
  const astray = new URL('/astray', served.url)
  await expect(followRedirects({ url: astray })).rejects.toMatchObject({ stage: 'redirect' })
  await untilEmpty(served)
})
