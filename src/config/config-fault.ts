/** One sentence for a config that cannot be read: file, line, what is wrong. Never a stack trace. */
import path from 'node:path'
import { SseCoordError } from '../error.js'

/** Where a text stops being the language that it should be. */
export interface SyntaxFault {
  line: number
  what: string
}

/**
 * @param file its path
 * @param error what reading it threw
 * @param located of JSON, whose errors tell no line: where it stops being JSON
 */
export function configFault(file: string, error: unknown, located?: SyntaxFault): SseCoordError {
  const name = path.relative(process.cwd(), file) || file
  if (error instanceof SseCoordError) return error
  const message = error instanceof Error ? error.message : String(error)
  const syntax = located ?? findSyntaxFault(message)
  if (syntax) return fault(`${name}:${syntax.line}: ${sentence(syntax.what)}`, error)
  if (path.extname(file) === '.json') return fault(`${name}: ${sentence(message)}`, error)
  const line = lineIn(file, error)
  const at = line === undefined ? name : `${name}:${line}`
  const missing = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined) return fault(`${at}: it imports '${missing}', which is not there.`, error)
  return fault(`${at}: reading it threw ${sentence(message)}`, error)
}

/** Of babel’s words `ParseError: Unexpected token, expected ","\n /path/file.ts:4:0`. */
function findSyntaxFault(message: string): SyntaxFault | undefined {
  const match = /ParseError:\s*([^\n]*?)\s*\n\s*\S.*?:(\d+):\d+/.exec(message)
  return match ? { what: match[1] ?? '', line: Number(match[2]) } : undefined
}

function lineIn(file: string, error: unknown): string | undefined {
  // On Windows a stack names files with slashes of either kind.
  const plain = (text: string) => text.replaceAll('\\', '/')
  const stack = plain(error instanceof Error ? (error.stack ?? '') : '')
  const at = stack.indexOf(plain(file))
  return at < 0 ? undefined : /^:(\d+)/.exec(stack.slice(at + file.length))?.[1]
}

/** The first line, with one full stop. */
function sentence(text: string): string {
  return `${text.split('\n')[0]?.replace(/[.\s]+$/, '')}.`
}

function fault(message: string, cause: unknown): SseCoordError {
  return new SseCoordError('bad-config', message, { cause })
}
