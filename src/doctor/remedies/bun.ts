/** Bun. Its server cuts a connection after ten quiet seconds. It names itself nowhere; the time at which it cuts tells. */
import type { Remedy } from './remedy.js'

export const bun: Remedy = {
  stack: 'Bun',
  detect: () => false,
  snippets: {
    cut: 'Bun.serve({ idleTimeout: 0 })\n// or a comment every 8 s\nsetInterval(() => controller.enqueue(":\\n\\n"), 8_000)',
    'no-heartbeat': 'setInterval(() => controller.enqueue(":\\n\\n"), 8_000)',
  },
}
