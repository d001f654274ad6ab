/**
 * What the terminal at hand can show: colours, and signs beyond ASCII. Colour only repeats what a word or a sign says
 * already, so that nothing is lost without it.
 */
import { Chalk } from 'chalk'
import { printable } from './printable.js'

/** The outcome of a measurement, in one sign. */
export type Mark = 'pass' | 'fail' | 'warning' | 'skip' | 'unknown' | 'running'

/** How a piece of text is coloured. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'good' | 'bad' | 'warning'

export interface Pen {
  readonly unicode: boolean
  /** One line of text, made safe to print and, where need be, put into ASCII. Colours nothing. */
  text(raw: string): string
  paint(tone: Tone, text: string): string
  /** The sign alone, uncoloured and padded to `signWidth`. */
  sign(mark: Mark): string
  /** Columns that every sign takes. */
  readonly signWidth: number
}

const signs: Record<Mark, { unicode: string; ascii: string }> = {
  pass: { unicode: '✓', ascii: 'ok' },
  fail: { unicode: '✗', ascii: 'x' },
  warning: { unicode: '!', ascii: '!' },
  skip: { unicode: '–', ascii: '-' },
  unknown: { unicode: '?', ascii: '?' },
  running: { unicode: '›', ascii: '>' },
}

/** The colour that goes with a sign. */
export const toneOf: Record<Mark, Tone> = {
  pass: 'good',
  fail: 'bad',
  warning: 'warning',
  skip: 'quiet',
  unknown: 'warning',
  running: 'plain',
}

export function createPen(options: { color: boolean; unicode: boolean }): Pen {
  // Sixteen colours, which every theme of every terminal has made readable.
  const chalk = new Chalk({ level: options.color ? 1 : 0 })
  const tones: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    strong: (text) => chalk.bold(text),
    quiet: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warning: (text) => chalk.yellow(text),
  }
  const signWidth = options.unicode ? 1 : 2
  return {
    unicode: options.unicode,
    signWidth,
    text: (raw) => printable(raw, options),
    paint: (tone, text) => (text.trim() === '' ? text : tones[tone](text)),
    sign: (mark) => signs[mark][options.unicode ? 'unicode' : 'ascii'].padEnd(signWidth),
  }
}
