/** Decides whether a document gets the script, and makes the head and the body that carry it. */
import { type Duplex, Duplex as DuplexStream, pipeline } from 'node:stream'
import type { ResponseHead } from '../../faults/index.js'
import { headerOf } from '../header-of.js'
import type { Rewrite } from '../interceptor.js'
import { decodeBody } from './decode-body.js'
import type { InjectionFailureReason } from './failure.js'
import { insertScript } from './insert-script.js'
import { judgePolicies } from './policy.js'

/** A document without the script, and why, in words that begin a sentence. */
export interface NotInjected {
  reason: InjectionFailureReason
  text: string
}

/** What happens to a document on its way. */
export interface DocumentOptions {
  /** The script's address, on the page's own origin. */
  script: URL
  maxBody: number
  onInserted(): void
  onFailed(failure: NotInjected): void
}

/** What names, dates or measures the body that is no longer sent. */
const ofOldBody = new Set([
  'content-length',
  'content-encoding',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'last-modified',
  'accept-ranges',
  'expires',
  'age',
])

/** Whether a response is a document that a tab would show; a download is none. */
export function isDocument(head: ResponseHead): boolean {
  const essence = headerOf(head, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  const isShown = !/^\s*attachment/i.test(headerOf(head, 'content-disposition') ?? '')
  const isRedirect = head.status >= 300 && head.status < 400
  return essence === 'text/html' && isShown && !isRedirect
}

/** The document with the script; `null`, after `onFailed`, where it cannot have it. */
export function rewriteDocument(head: ResponseHead, options: DocumentOptions): Rewrite | null {
  const { script, maxBody, onFailed, onInserted } = options
  const refuse = (reason: InjectionFailureReason, text: string): null => {
    onFailed({ reason, text })
    return null
  }
  const length = Number(headerOf(head, 'content-length') ?? 0)
  if (length > maxBody) return refuse('too-large', `It has ${length} bytes; at most ${maxBody} are read (--max-body).`)
  if (head.status === 206) return refuse('partial', 'It was asked for as a whole, but the server sent a part.')
  if (/;\s*charset\s*=\s*"?utf-?16/i.test(headerOf(head, 'content-type') ?? '')) return refuse('charset', inUtf16)
  const policies = head.headers.filter(([name]) => name.toLowerCase() === 'content-security-policy')
  const permission = judgePolicies(
    policies.map(([, value]) => value),
    script,
  )
  if (!permission.allowed) return refuse('policy', permission.reason)

  const inserter = insertScript({
    tag: tagFor(script, permission.nonce),
    mostSearched: maxBody,
    onSettled(insertion) {
      if (insertion === 'inserted') onInserted()
      else if (insertion === 'utf-16') refuse('charset', inUtf16)
      else if (insertion === 'too-large') refuse('too-large', `Its head does not begin in the first ${maxBody} bytes.`)
    },
  })
  const encoding = headerOf(head, 'content-encoding')
  try {
    const decoder = decodeBody(encoding)
    decoder?.once('error', (error) => refuse('broken', `Its body is not what ${encoding} should be: ${error.message}.`))
    return { head: headOfNew(head), body: decoder ? inRow(decoder, inserter) : inserter }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refuse(
      'encoding',
      `It came with ${error.message}, which cannot be undone here, though it was not asked for.`,
    )
  }
}

const inUtf16 = 'It is in UTF-16.'

function tagFor(script: URL, nonce: string | undefined): string {
  return `<script src="${script.pathname}" data-replace${nonce === undefined ? '' : ` nonce="${nonce}"`}></script>`
}

/** Without what belonged to the old body; kept by the browser only if it asks again before each use. */
function headOfNew({ status, headers }: ResponseHead): ResponseHead {
  const kept = headers.filter(([name]) => !ofOldBody.has(name.toLowerCase()))
  const isStored = !kept.some(([name, value]) => name.toLowerCase() === 'cache-control' && /no-store/i.test(value))
  if (!isStored) return { status, headers: kept }
  const others = kept.filter(([name]) => name.toLowerCase() !== 'cache-control')
  return { status, headers: [...others, ['Cache-Control', 'no-cache']] }
}

function inRow(first: Duplex, last: Duplex): Duplex {
  pipeline(first, last, () => {}) // an error reaches both ends of the pair
  return DuplexStream.from({ writable: first, readable: last })
}
