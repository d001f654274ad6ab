import { spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** What curl prints, as it comes. */
export function curl(args: string[]): { text: string; ended: boolean } {
  const child = spawn('curl', ['--silent', '--no-buffer', ...args])
  const state = { text: '', ended: false }
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    state.text += chunk
  })
  child.on('exit', () => {
    state.ended = true
  })
  onTestFinished(() => {
    child.kill()
  })
  return state
}
