/** `format/framing`: lines that a browser ignores, drops or joins to the wrong event. */
import type { Exchange, Problem } from '../../evidence/exchange.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { LintKind } from '../../sse/lint.js'
import type { StreamCheck, Verdict } from '../check.js'
import { isSignOfLife } from '../control-frames.js'
import { unendedWords } from '../unended.js'
import { firstStream, isVerdict, noEvents } from '../watched.js'

const expected = 'data, event, id and retry lines, and a blank line after each event'

/** What each kind of line costs; those not here are judged elsewhere, or are no fault. */
const harm: Partial<Record<LintKind, { error: boolean; words: string; why: string }>> = {
  'misspelt-field': {
    error: true,
    words: 'a field that is misspelt',
    why: 'Field names are small letters, first in their line, with the colon right behind; all else is ignored with what it says.',
  },
  'stray-line': {
    error: true,
    words: 'a line that is no field',
    why: 'Data with a line break in it needs data: before each line. Browsers drop the rest, and the JSON is cut in two.',
  },
  'nested-field': {
    error: true,
    words: 'data that begins with “data:” itself',
    why: 'A page gets “data: …” as its text, and JSON.parse fails: what writes the format was given what is written already.',
  },
  'missing-blank-line': {
    error: true,
    words: 'a second id or event in one event',
    why: 'Without the blank line between them two events become one, with the data of both.',
  },
  'block-without-data': {
    error: true,
    words: 'an event without data',
    why: 'A browser dispatches nothing when an event has no data: line, not even its type.',
  },
  'nul-in-id': {
    error: true,
    words: 'an id with NUL',
    why: 'A browser ignores such an id, and resumes at an older one.',
  },
  'bad-retry': {
    error: true,
    words: 'a retry that is no number',
    why: 'A browser ignores it: retry takes digits alone.',
  },
  'late-bom': {
    error: true,
    words: 'a byte order mark inside the stream',
    why: 'Only the very first bytes may be one. Elsewhere it becomes part of the field’s name, and the field is ignored.',
  },
  'cut-event': {
    error: true,
    words: 'an end inside an event',
    why: 'An event without its blank line is dropped, and the client does not know that there was one.',
  },
  'unknown-field': { error: false, words: 'an unknown field', why: 'Browsers ignore it; other readers may not.' },
  'lone-cr': {
    error: false,
    words: 'line ends of CR alone',
    why: 'That is legal, but some readers deliver each event only with the next.',
  },
}

export const formatFraming: StreamCheck = {
  id: 'format/framing',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    if (exchange.bytes === 0) return noEvents(stream)
    const found = exchange.problems.filter((problem) => isFault(problem, exchange))
    const isError = ({ kind }: Problem) => harm[kind]?.error === true
    const worst = found.find(isError) ?? found[0]
    const unended = worst && isError(worst) ? undefined : unendedWords(exchange)
    if (unended !== undefined) {
      const why = 'A browser hands an event to the page when it meets the blank line behind it, and not before.'
      return { state: 'fail', measured: unended, expected, why, fixes: [{ stack: 'any server', snippet: blankLine }] }
    }
    if (!worst) return { state: 'pass', measured: `${exchange.bytes} bytes without a fault`, expected }
    return {
      state: 'fail',
      ...(!isError(worst) && { severity: 'info' as const }),
      measured: found.map(describe).join('; '),
      expected,
      why: isBare(worst, exchange) ? bareWhy : (harm[worst.kind]?.why ?? ''),
      fixes: [{ stack: 'any server', snippet: isBare(worst, exchange) ? blankLine : snippetFor(worst.kind) }],
    }
  },
}

const blankLine = `// two line feeds: one ends the line, one the event
res.write(\`data: \${JSON.stringify(data)}\\n\\n\`)`

const bareWhy = 'A line without a field name in front is ignored: each line of data begins with data:'

/** Whether there was no event at all among lines that are no fields. */
function isBare({ kind }: Problem, { eventCount }: Exchange): boolean {
  return kind === 'stray-line' && eventCount === 0
}

function isFault({ kind, field, count }: Problem, { end, eventCount }: Exchange): boolean {
  // A connection that was cut drops its last event whatever the server wrote.
  if (kind === 'cut-event') return end.how === 'closed'
  // What writes the format twice does so each time. Now and then it is what a log, or a model, has to say.
  if (kind === 'nested-field') return count >= eventCount / 2
  if (kind === 'block-without-data') return !isSignOfLife(field ?? '')
  return harm[kind] !== undefined
}

function describe({ kind, count, firstByte, field }: Problem): string {
  const name = field === null || kind === 'cut-event' || kind === 'nested-field' ? '' : ` (${field})`
  const times = count > 1 ? `, ${count} times` : ''
  return `${harm[kind]?.words}${name} at byte ${firstByte}${times}`
}

function snippetFor(kind: LintKind): string {
  if (kind === 'stray-line')
    return `for (const line of text.split('\\n')) res.write(\`data: \${line}\\n\`)\nres.write('\\n')`
  if (kind === 'block-without-data') return "res.write('event: tick\\ndata:\\n\\n')"
  if (kind === 'nested-field')
    return '// the data alone: send() writes the field and the blank line\nsend(JSON.stringify(data))'
  if (kind === 'bad-retry') return "res.write('retry: 3000\\n\\n')"
  // No longer than a line of a terminal: a break inside the template would be sent as one.
  return `const json = JSON.stringify(data)\nres.write(\`id: \${id}\\nevent: \${type}\\ndata: \${json}\\n\\n\`)`
}
