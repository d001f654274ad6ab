#!/usr/bin/env node
import { run } from '../dist/cli/index.js'

process.exitCode = await run(process)

// Whatever waits still, such as a browser's library for a tab that will never come, must not keep the terminal.
setTimeout(() => process.exit(), 500).unref()
