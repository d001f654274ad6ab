/** Installs the distribution's Chromium with apt-get, on Debian and its relatives, as root. */
import type { Run } from './run.js'
import type { System } from './system.js'

/** How long one call may take: a slow mirror takes minutes. */
const timeoutMs = 600_000

export interface AptOptions {
  onNote: (line: string) => void
  run: Run
  signal?: AbortSignal
}

/** Rejects with the reason in words, or with `signal.reason`. */
export async function installWithApt(system: System, name: string, { onNote, run, signal }: AptOptions): Promise<void> {
  const options = {
    env: { ...system.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs,
    ...(signal && { signal }),
  }
  onNote('Running apt-get update.')
  const update = await run('apt-get', ['update'], options)
  // Lists that are there already may do.
  if (update.code !== 0) onNote(`apt-get update failed (${lastLine(update.output)}); trying to install all the same.`)
  onNote(`Running apt-get install -y ${name}.`)
  const install = await run('apt-get', ['install', '-y', name], options)
  if (install.code !== 0) throw new Error(`apt-get install -y ${name} failed: ${lastLine(install.output)}`)
}

function lastLine(output: string): string {
  const lines = output.trim().split('\n')
  return (lines.findLast((line) => line.startsWith('E:')) ?? lines.at(-1) ?? '').trim() || 'it said nothing'
}
