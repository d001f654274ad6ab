// The proxies that are measured beside each other, each a process of its own. First: `npm run build` for this package, and
// `npm install` in this folder for the others. `start(target)` listens on a free port of 127.0.0.1.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream'
import util from 'node:util'

const listen = (server) =>
  new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => resolve(server.address().port))
  })
const hostOf = (port) => ({ host: '127.0.0.1', port })

/** Node alone: a request for a request, and a pipe. What everybody else is divided by. */
async function bare(target) {
  const agent = new http.Agent({ keepAlive: true })
  return listen(
    http.createServer((request, response) => {
      const { method, url, headers } = request
      const outgoing = http.request({ ...hostOf(target), agent, method, path: url, headers }, (incoming) => {
        response.writeHead(incoming.statusCode, incoming.headers)
        response.flushHeaders()
        incoming.pipe(response)
      })
      response.on('close', () => outgoing.destroy())
      request.pipe(outgoing)
    }),
  )
}

async function sseCoord(target) {
  const { createProxy } = await import('../../dist/index.js')
  return (await createProxy({ target: `http://127.0.0.1:${target}` })).port
}

/** sse-coord's forwarding without its ledger, tap and capture: what those cost is the difference. */
async function sseCoordBlind(target) {
  const { createForwarder } = await import('../../dist/proxy/forwarder.js')
  const { createUpstream } = await import('../../dist/proxy/upstream.js')
  const forwarder = createForwarder({
    upstream: createUpstream(() => undefined, false),
    onResponse: () => ({ tap: () => undefined }),
    onFailure: (_error, response) => response.destroy(),
    onUpgrade() {},
  })
  return listen(
    http.createServer((request, response) =>
      forwarder.forward(request, response, {
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: target,
        path: request.url,
        host: `127.0.0.1:${target}`,
      }),
    ),
  )
}

/** http-proxy 1.18.1 with what it needs to carry streams at all: early headers, and both ends told of the other's death. */
async function httpProxyCured(target) {
  util._extend = Object.assign
  const { default: httpProxy } = await import('http-proxy')
  const agent = new http.Agent({ keepAlive: true })
  const proxy = httpProxy.createProxyServer({ target: hostOf(target), selfHandleResponse: true, agent })
  proxy.on('proxyReq', (outgoing, _request, response) => response.once('close', () => outgoing.destroy()))
  proxy.on('proxyRes', (incoming, _request, response) => {
    response.writeHead(incoming.statusCode, incoming.headers)
    response.flushHeaders()
    pipeline(incoming, response, () => {})
  })
  proxy.on('error', (_error, _request, response) => response.destroy())
  return listen(http.createServer((request, response) => proxy.web(request, response)))
}

async function httpProxy3(target) {
  const { createProxyServer } = await import('http-proxy-3')
  const agent = new http.Agent({ keepAlive: true })
  const proxy = createProxyServer({ target: hostOf(target), agent })
  proxy.on('error', (_error, _request, response) => response.destroy())
  return listen(http.createServer((request, response) => proxy.web(request, response)))
}

async function httpxy(target) {
  const { createProxyServer } = await import('httpxy')
  const agent = new http.Agent({ keepAlive: true })
  const proxy = createProxyServer({ target: `http://127.0.0.1:${target}`, agent })
  proxy.on('error', () => {})
  return listen(http.createServer((request, response) => void proxy.web(request, response).catch(() => {})))
}

/** One worker, told not to buffer. */
async function nginx(target) {
  const port = await freePort()
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sse-coord-bench-'))
  const file = path.join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr error;
    events { worker_connections 8192; }
    http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      server { listen 127.0.0.1:${port} backlog=4096;
        location / { proxy_pass http://127.0.0.1:${target}; proxy_http_version 1.1; proxy_set_header Connection '';
          proxy_buffering off; proxy_read_timeout 1h; } } }`,
  )
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'ignore' })
  process.once('exit', () => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  return { port, pid: child.pid }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export const contenders = {
  direct: async (target) => target,
  bare,
  'sse-coord': sseCoord,
  'sse-coord blind': sseCoordBlind,
  'http-proxy cured': httpProxyCured,
  'http-proxy-3': httpProxy3,
  httpxy,
  nginx,
}
