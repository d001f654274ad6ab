import { expect, test } from 'vitest'
import { insertScript } from '../../../src/proxy/inject/insert-script.js'

/** The document with `^` where the script went; fed in pieces of `size` bytes. */
async function inserted(html: string | Buffer, size = 1 << 20): Promise<string> {
  const bytes = Buffer.from(html as string)
  const stream = insertScript({ tag: '^', mostSearched: 1000, onSettled() {} })
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size))
  stream.end()
  await new Promise((resolve) => stream.once('close', resolve))
  return Buffer.concat(pieces).toString('latin1')
}

const documents = [
  ['<!doctype html><html><head><script src=a></script>', '<!doctype html><html><head>^<script src=a></script>'],
  ['<head profile="a>b" x=\'>\' y=a>z', '<head profile="a>b" x=\'>\' y=a>^z'],
  ['<HTML lang=en><HEAD\n>x', '<HTML lang=en><HEAD\n>^x'],
  ['<html ="x>">', '<html ="x>^">'],
  ['<html a = >" <head>', '<html a = >^" <head>'],
  ['<html a/b="/>"/><head/>', '<html a/b="/>"/><head/>^'],
  ['<html><title>no head</title>', '<html>^<title>no head</title>'],
  ['<!doctype html><p>no html', '<!doctype html>^<p>no html'],
  ['<header>is no head', '^<header>is no head'],
  ['<headx>', '^<headx>'],
  ['<htm', '<htm'],
  ['words', '^words'],
  [' \t\r\n\f<3', ' \t\r\n\f^<3'],
  ['</head>', '^</head>'],
  ['<!-- <head> --><head>', '<!-- <head> --><head>^'],
  ['<!--><head>', '<!--><head>^'],
  ['<!---><head>', '<!---><head>^'],
  ['<!----><head>', '<!----><head>^'],
  ['<!-- -- > --!><head>', '<!-- -- > --!><head>^'],
  ['<!-- --!-> <head> ---><head>', '<!-- --!-> <head> ---><head>^'],
  ['<!-- <!--> <head>', '<!-- <!--> <head>^'],
  ['<!-x><head>', '<!-x><head>^'],
  ['<!DOCTYPE html PUBLIC "-//x>"><head>', '<!DOCTYPE html PUBLIC "-//x>^"><head>'],
  ['<?xml version="1.0"?><!doctype html><head>', '<?xml version="1.0"?><!doctype html><head>^'],
  ['<!doctype html><!-- never ends <head>', '<!doctype html><!-- never ends <head>'],
  ['<!doctype html>\n', '<!doctype html>\n'],
  ['', ''],
  ['\xEF\xBB\xBF<!doctype html><head>', '\xEF\xBB\xBF<!doctype html><head>^'],
  ['\xEF\xBB', '\xEF\xBB'],
  ['\xEF\xBBx', '^\xEF\xBBx'],
  ['\xFF\xFE<\0h\0', '\xFF\xFE<\0h\0'],
  ['<head><!-- \xE4\xF6 stays as it is -->', '<head>^<!-- \xE4\xF6 stays as it is -->'],
] as const

test.each(documents)(
  'the script goes to the beginning of the head of %j, however it is cut',
  async (html, expected) => {
    const bytes = Buffer.from(html, 'latin1')
    expect(await inserted(bytes)).toBe(expected)
    for (const size of [1, 2, 3, 5]) expect(await inserted(bytes, size), `in pieces of ${size}`).toBe(expected)
  },
)

test('no more than the beginning of a tag waits for its rest', () => {
  const stream = insertScript({ tag: '^', mostSearched: 1000, onSettled() {} })
  let got = ''
  stream.on('data', (piece: Buffer) => {
    got += piece.toString()
  })
  stream.write('<!doctype html> <!-- begun')
  expect(got).toBe('<!doctype html> <!-- begun')
  stream.write(' --><html lang="e')
  expect(got).toBe('<!doctype html> <!-- begun --><html lang="e')
  stream.write('n"><he')
  expect(got).toBe('<!doctype html> <!-- begun --><html lang="en">')
  stream.write('ad>')
  expect(got).toBe('<!doctype html> <!-- begun --><html lang="en"><head>^')
})

test('the search ends at its bound, and the document goes on as it is', async () => {
  const html = `<!--${'x'.repeat(2000)}--><head>`
  const settled: string[] = []
  const stream = insertScript({ tag: '^', mostSearched: 1000, onSettled: (insertion) => settled.push(insertion) })
  let got = ''
  stream.on('data', (piece: Buffer) => {
    got += piece.toString()
  })
  for (let at = 0; at < html.length; at += 300) stream.write(html.slice(at, at + 300))
  stream.end()
  await new Promise((resolve) => stream.once('close', resolve))
  expect(got).toBe(html)
  expect(settled).toEqual(['too-large'])
})
