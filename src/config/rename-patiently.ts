/** Renames as all commands do: Windows refuses it while another program, such as a scanner, has one of the two open. */
import { rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const ofOpenFiles = new Set(['EPERM', 'EACCES', 'EBUSY'])

/** Between the first two attempts, and at most; it doubles with each. Together about five seconds. */
const [firstMs, mostMs] = [10, 2560]

/** Rejects as `rename` does; on Windows not before what is open has had five seconds to be closed. */
export async function renamePatiently(from: string, to: string, platform: string = process.platform): Promise<void> {
  for (let waitMs = firstMs; ; waitMs *= 2) {
    try {
      return await rename(from, to)
    } catch (error) {
      const isOpen = platform === 'win32' && ofOpenFiles.has((error as NodeJS.ErrnoException).code ?? '')
      if (!isOpen || waitMs > mostMs) throw error
      await sleep(waitMs)
    }
  }
}
