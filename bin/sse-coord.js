#!/usr/bin/env node
import { run } from '../dist/cli/index.js'

process.exitCode = await run(process)

// What waits still, such as a browser's library for a tab that will never come, must not keep the terminal. Output comes
// first.
setInterval(() => {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit()
}, 500).unref()
