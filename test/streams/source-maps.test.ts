import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSourceMaps } from '../../src/browser/streams/source-maps.js'

/** Line 1, column 0 of the script is line 31, column 4 of the source, and its name is startLive. */
const map = { version: 3, sources: ['../src/live.ts'], names: ['startLive'], mappings: 'AA8BIA' }
const section = { offset: { line: 1, column: 0 }, map }
const inline = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`

const scripts: Record<string, { body: string; type?: string; headers?: Record<string, string>; status?: number }> = {
  '/js/external.js': { body: 'go()\n//# sourceMappingURL=external.js.map' },
  '/js/external.js.map': { body: JSON.stringify(map) },
  '/js/inline.js': { body: `go()\n//# sourceMappingURL=${inline}` },
  '/js/header.js': { body: 'go()', headers: { SourceMap: '/js/external.js.map' } },
  '/js/index.js': { body: '\ngo()\n//# sourceMappingURL=index.js.map' },
  '/js/index.js.map': { body: JSON.stringify({ version: 3, sections: [section] }) },
  '/js/none.js': { body: 'go()' },
  '/js/missing.js': { body: 'go()\n//# sourceMappingURL=gone.map' },
  '/js/broken.js': { body: 'go()\n//# sourceMappingURL=broken.map' },
  '/js/broken.map': { body: '{"version":3,' },
  '/js/elsewhere.js': { body: 'go()\n//# sourceMappingURL=http://127.0.0.2:9/map' },
  '/js/text.js': { body: 'const words = "sourceMappingURL=external.js.map"' },
  '/page.html': { body: '<script>//# sourceMappingURL=js/external.js.map\n</script>', type: 'text/html' },
}

let server: Server
let origin: string
const asked: [path: string, headers: IncomingHttpHeaders][] = []

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    asked.push([url, headers])
    const script = scripts[url]
    if (!script) return response.writeHead(404).end()
    return response
      .writeHead(200, { 'content-type': script.type ?? 'text/javascript', ...script.headers })
      .end(script.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => new Promise((resolve) => server.close(resolve)))

const lookUp = (path: string, line = 1, options: Partial<Parameters<typeof openSourceMaps>[0]> = {}) =>
  openSourceMaps({ pageUrl: origin, origins: new Set(), ...options }).lookUp({
    function: 'go',
    url: origin + path,
    line,
    column: 1,
  })

test.each([
  ['beside the script', '/js/external.js', 1],
  ['inside it', '/js/inline.js', 1],
  ['named by a header', '/js/header.js', 1],
  ['in sections', '/js/index.js', 2],
])('a map %s leads to the source', async (_words, path, line) => {
  expect(await lookUp(path, line)).toEqual({
    file: 'src/live.ts',
    line: 31,
    column: 5,
    name: 'startLive',
    isMapped: true,
  })
})

test.each(['none', 'missing', 'broken', 'elsewhere', 'text', 'nowhere'])(
  '%s.js keeps the place in the script',
  async (name) => {
    expect(await lookUp(`/js/${name}.js`)).toEqual({
      file: `${origin}/js/${name}.js`,
      line: 1,
      column: 1,
      name: null,
      isMapped: false,
    })
  },
)

test('a map in a page is not that of its inline scripts', async () => {
  expect(await lookUp('/page.html')).toMatchObject({ isMapped: false })
})

test('an origin that the browser has not asked is not asked', async () => {
  const before = asked.length
  expect(await lookUp('/js/external.js', 1, { pageUrl: 'http://localhost:1/' })).toMatchObject({ isMapped: false })
  expect(asked).toHaveLength(before)
})

test('headers go to the origin of the page alone', async () => {
  const headers = { authorization: 'Bearer x' }
  await lookUp('/js/external.js', 1, { headers })
  expect(asked.at(-1)?.[1].authorization).toBe('Bearer x')
  await lookUp('/js/external.js', 1, { headers, pageUrl: 'http://localhost:1/', origins: new Set([origin]) })
  expect(asked.at(-1)?.[1].authorization).toBeUndefined()
})

test('each script and each map is fetched once', async () => {
  const maps = openSourceMaps({ pageUrl: origin, origins: new Set() })
  const before = asked.length
  const frame = { function: null, url: `${origin}/js/external.js`, line: 1, column: 1 }
  await Promise.all([maps.lookUp(frame), maps.lookUp({ ...frame, column: 3 }), maps.lookUp(frame)])
  expect(asked.slice(before).map(([path]) => path)).toEqual(['/js/external.js', '/js/external.js.map'])
})
