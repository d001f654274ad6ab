import { defineConfig } from 'vitest/config'

/** Soaks, repeats of 20 and more, and real waits of a minute: `npm run prove`, before a piece of work is called done. */
export default defineConfig({
  test: {
    include: ['test/prove/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
})
