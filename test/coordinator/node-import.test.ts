/** Server-side rendering: importing the coordinator in Node does nothing, and nothing keeps the process alive. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bundle } from './stream-server.js'

test.each(['index', 'native', 'shared-worker', 'global'])(
  '%s is imported in Node without any effect',
  async (entry) => {
    const module = await bundle(entry, 'esm')
    const report = 'console.log(JSON.stringify(process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap")))'
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', `${module}\n${report}`], {
      timeout: 10_000,
    })
    expect(JSON.parse(out.toString())).toEqual([])
  },
)
