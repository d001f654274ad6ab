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

test.each([
  'file:///c:/App/src/live.ts',
  'http://localhost:5173/@fs/C:/app/src/live.ts',
  'http://localhost:8080/C:/app/src/live.ts',
  'webpack:///C:/app/src/live.ts?1f2e',
  'webpack-internal:///(app-client)/C:\\app\\src\\live.ts',
])('of Windows %s is named from there too, whatever the case of its letters', (source) => {
  expect(readableSource(source, 'C:\\app')).toBe('src/live.ts')
})

test('what a bundler names whole is named from the folder we are in', () => {
  expect(readableSource('webpack:////home/me/app/src/live.ts', '/home/me/app')).toBe('src/live.ts')
  expect(readableSource('webpack:////elsewhere/live.ts', '/home/me/app')).toBe('/elsewhere/live.ts')
})

test('a script without a map keeps its address, without query', () => {
  expect(readableScript('http://localhost:3000/app.js?v=12#x')).toBe('http://localhost:3000/app.js')
})
