import { expect, test } from 'vitest'
import { readableScript, readableSource } from '../../src/browser/streams/source-names.js'

test.each([
  ['webpack://my-app/./src/live.ts?1f2e', 'src/live.ts'],
  ['webpack:///src/live.ts', 'src/live.ts'],
  ['webpack-internal:///(app-client)/./src/live.ts', 'src/live.ts'],
  ['http://localhost:5173/src/main.tsx', 'src/main.tsx'],
  ['http://localhost:5173/@fs/home/me/lib/live.ts', 'home/me/lib/live.ts'],
  ['../../src/live.ts', 'src/live.ts'],
  ['file:///home/me/app/src/live.ts', 'src/live.ts'],
  ['file:///elsewhere/live.ts', '/elsewhere/live.ts'],
])('the source %s is %s', (source, name) => {
  expect(readableSource(source, '/home/me/app')).toBe(name)
})

test('a file of Windows is named from the folder we are in', () => {
  expect(readableSource('file:///C:/app/src/live%20feed.ts', 'C:\\app')).toBe('src/live feed.ts')
  expect(readableSource('file:///D:/lib/live.ts', 'C:\\app')).toBe('D:/lib/live.ts')
})

test('a script without a map keeps its address, without query', () => {
  expect(readableScript('http://localhost:3000/app.js?v=12#x')).toBe('http://localhost:3000/app.js')
})
