/** Why a browser did not start, read from what it wrote before it ended, in one sentence and with the cure. */
import { SseCoordError } from '../error.js'
import type { FoundBrowser } from './find.js'

interface Cause {
  pattern: RegExp
  message: (name: string, match: RegExpExecArray) => string
  hint: string
}

const causes: Cause[] = [
  {
    pattern: /Running as root without --no-sandbox/,
    message: (name) => `${name} does not run as root with its sandbox on.`,
    hint: 'Run as another user, or without the sandbox (--no-sandbox) if you trust the pages that it will open.',
  },
  {
    pattern: /No usable sandbox|SUID sandbox helper binary|Failed to move to new namespace|credentials\.cc.*namespace/,
    message: (name) => `${name} found no usable sandbox on this system.`,
    hint:
      'In a container, allow user namespaces or pass --no-sandbox if you trust the pages that it will open. ' +
      'On Ubuntu 23.10 and later: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    pattern: /error while loading shared libraries: ([^\s:]+)/,
    message: (name, [, library]) => `${name} cannot start, because the system library ${library} is missing.`,
    hint: "Your system's own Chromium brings its libraries along; on Debian: apt-get install -y chromium",
  },
  {
    pattern: /requires the chromium snap to be installed/,
    message: () => 'This chromium-browser is only a pointer to a snap that is not installed.',
    hint: 'sudo snap install chromium',
  },
  {
    // The last are of Windows, for scripts and for programs of other machines, and -86 is the latter of macOS.
    pattern:
      /spawn (.* )?(EACCES|ENOENT|ENOEXEC|ENAMETOOLONG|Unknown system error -(8|86)|EFTYPE|EINVAL|UNKNOWN)|Exec format error/,
    message: (name) => `${name} is not a program that this system can run.`,
    hint: 'Name another browser: --browser PATH',
  },
]

/** Lines that every headless browser writes and that explain nothing. */
const noise = /dbus|DevTools listening|unexpected operator|^#\d|vaapi|gcm|GLib|Gtk|libEGL|\*\*\* You are running/i

/** The last lines that say something, at most three. */
function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !noise.test(line))
  return lines.slice(-3).join('\n')
}

/**
 * The error for a browser that ended, or did not answer, before it could be used.
 *
 * `output` is what it wrote to stderr; `what` says what happened in a few words: “it ended with code 1”.
 */
export function explainStart(found: FoundBrowser, output: string, what: string, cause?: unknown): SseCoordError {
  const text = `${output}\n${what}\n${cause instanceof Error ? cause.message : ''}`
  for (const { pattern, message, hint } of causes) {
    const match = pattern.exec(text)
    if (match) return new SseCoordError('browser-not-started', message(found.name, match), { hint, cause })
  }
  const words = lastWords(output)
  return new SseCoordError('browser-not-started', `${found.name} (${found.executablePath}) did not start: ${what}.`, {
    hint: words === '' ? 'Name another browser: --browser PATH' : `It said:\n${words}`,
    cause,
  })
}
