import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { serve } from './serve.js'
import { until } from './until.js'

async function freePort(): Promise<number> {
  const { url, close } = await serve(() => {})
  await close()
  return Number(new URL(url).port)
}

/** nginx with nothing said about buffering: as most people have it. */
export async function startNginx(upstream: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sse-coord-nginx-'))
  const port = await freePort()
  writeFileSync(
    path.join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1;
     events { worker_connections 64; }
     http {
       access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
       uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
       server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; } }
     }`,
  )
  const child: ChildProcess = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], { stdio: 'ignore' })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill()
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () =>
    fetch(url, { method: 'HEAD' }).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  return url
}
