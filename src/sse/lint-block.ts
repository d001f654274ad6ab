/**
 * Judges the lines of one block after the other: what of it a client ignores, and what it loses.
 * HTML standard, section 9.2.6 “Interpreting an event stream”.
 */
import type { LintKind, LintProblem } from './lint-problem.js'

/** Reads blocks, line by line. */
export interface BlockLinter {
  /** One line that is not empty: its beginning, up to a bound; its whole length; and the byte of the stream where it begins. */
  readLine(beginning: Uint8Array, length: number, atByte: number): void
  /** The empty line that ends the block, which began at this byte. */
  end(atByte: number): void
  /** Whether the block has data so far. */
  readonly hasData: boolean
  /** Whether the block has anything so far that counts for an event. */
  readonly isOpen: boolean
  /** Blocks of comments alone, of whatever number of lines. */
  readonly commentBlocks: number
}

const colon = 0x3a
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** Makes a reader of blocks. `report` hears of each problem, in stream order. */
export function createBlockLinter(report: (problem: LintProblem) => void): BlockLinter {
  let block = emptyBlock()
  let commentBlocks = 0

  /** A second `event` or `id` shows that a blank line is missing between two events. */
  function readField(name: string, value: string, problem: (kind: LintKind) => void): void {
    switch (name) {
      case 'data':
        block.data = true
        if (nestedField.test(value)) problem('nested-field')
        return
      case 'event':
        if (block.event !== null) problem('missing-blank-line')
        block.event = value.slice(0, 40)
        return
      case 'id':
        if (block.id) problem('missing-blank-line')
        block.id = true
        if (value.includes('\0')) problem('nul-in-id')
        return
      case 'retry':
        if (!/^\d+$/.test(value)) problem('bad-retry')
        return
      default:
        problem(kindOf(name))
    }
  }

  return {
    readLine(beginning, length, atByte) {
      if (beginning[0] === colon) {
        block.comment = true
        return
      }
      const text = lenient.decode(beginning)
      const at = text.indexOf(':')
      const name = at < 0 ? text : text.slice(0, at)
      const value = at < 0 ? '' : text.slice(text[at + 1] === ' ' ? at + 2 : at + 1)
      const isWhole = length === beginning.length
      readField(name, value, (kind) => {
        if (kind === 'bad-retry' && !isWhole) return
        report({ kind, atByte, field: kind === 'stray-line' ? null : name.slice(0, 40) })
      })
    },
    end(atByte) {
      const { data, event, id, comment } = block
      if (comment && !data) commentBlocks++
      if (!data && event) report({ kind: 'block-without-data', atByte, field: event })
      else if (!data && id) report({ kind: 'id-without-data', atByte, field: 'id' })
      block = emptyBlock()
    },
    get hasData() {
      return block.data
    },
    get isOpen() {
      return block.data || block.event !== null || block.id
    },
    get commentBlocks() {
      return commentBlocks
    },
  }
}

/** `data: {…` behind `data:`, and not the address of an image that begins so. */
const nestedField = /^data:(?: | ?[[{"])/

function emptyBlock(): { data: boolean; event: string | null; id: boolean; comment: boolean } {
  return { data: false, event: null, id: false, comment: false }
}

/** What to make of a name that is none of the four. */
function kindOf(name: string): LintKind {
  if (name.startsWith('\uFEFF')) return 'late-bom'
  if (/^(data|event|id|retry)$/i.test(name.trim())) return 'misspelt-field'
  return /^[A-Za-z][\w-]*$/.test(name) ? 'unknown-field' : 'stray-line'
}
