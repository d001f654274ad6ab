import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'

/** Files whose tests hold real times against bounds, and suffer from neighbours. */
const timed = [
  'test/browser/browser-{endings,install,launch,observe}.test.ts',
  'test/browser/coordinator-{callbacks,contract,forms,handover}.test.ts',
  'test/browser/experiments.test.ts',
  'test/browser/proxy*.test.ts',
  'test/end-to-end/doctor.test.ts',
]

/**
 * Three projects, one after the other: `unit` runs its files side by side, more than there are cores, for they mostly
 * wait; `browser` drives real browsers, three files at a time, and where a file says so two of its tests; `timed` drives
 * them one file after the other.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/end-to-end/**', 'test/prove/**'],
          testTimeout: 60_000,
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts', 'test/end-to-end/**/*.test.ts'],
          exclude: timed,
          maxWorkers: 3,
          maxConcurrency: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'timed',
          include: timed,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
