// Installs what the tests need: on Debian as root by itself, elsewhere it prints the line to run.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What the tests use, the program that shows it is there, and the Debian package that brings it. */
const needs = [
  { program: 'chromium', package: 'chromium' },
  { program: 'firefox-esr', package: 'firefox-esr' },
  { program: 'WebKitWebDriver', package: 'webkit2gtk-driver' },
  { program: 'Xvfb', package: 'xvfb' },
  { program: 'nginx', package: 'nginx' },
  { program: 'haproxy', package: 'haproxy' },
  { program: 'apache2', package: 'apache2' },
  { program: 'caddy', package: 'caddy' },
  { program: 'varnishd', package: 'varnish' },
  { program: 'redis-server', package: 'redis-server' },
]

const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin']
const isThere = (program) => folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)))
const missing = needs.filter((need) => !isThere(need.program)).map((need) => need.package)

if (missing.length === 0) {
  console.log('Everything that the tests need is installed.')
  process.exit(0)
}

const isDebian = existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
const install = ['install', '-y', '--no-install-recommends', ...missing]
if (!isDebian || process.getuid?.() !== 0) {
  console.log('The tests need more than is installed here. Tests of what is missing are skipped. To install it, run:')
  console.log(
    isDebian
      ? `  sudo apt-get update && sudo apt-get ${install.join(' ')}`
      : `  (with your system's packages) ${missing.join(' ')}`,
  )
  process.exit(process.env.CI ? 1 : 0)
}

console.log(`Installing ${missing.join(', ')} …`)
// With RUNLEVEL=1 Debian does not start nginx and Redis as services: the tests start their own.
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
for (const argv of [['update'], install]) {
  const { status, error } = spawnSync('apt-get', argv, { stdio: 'inherit', env: environment })
  if (status !== 0) {
    console.error(`apt-get ${argv.join(' ')} failed${error ? `: ${error.message}` : ''}`)
    process.exit(1)
  }
}
