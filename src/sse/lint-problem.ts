/** What a critic finds in the bytes of an event stream. HTML standard, section 9.2.5. */

/** What is wrong with a line or an event; evidence names problems so as well. */
export type LintKind =
  /** A field that the standard does not know; ignored. */
  | 'unknown-field'
  /** One of the four fields in other letters or with a space before the colon; ignored, and with it what it says. */
  | 'misspelt-field'
  /** A line that is no field: most often data with a line break in it, whose second half is lost. */
  | 'stray-line'
  /** A second `id` or `event` in one block: two events that became one. */
  | 'missing-blank-line'
  /** An event with a type and no data; nothing is dispatched. */
  | 'block-without-data'
  /** An id on its own: it moves the last event ID and dispatches nothing. */
  | 'id-without-data'
  /** An id with NUL; ignored. */
  | 'nul-in-id'
  /** A `retry` that is no whole number; ignored. */
  | 'bad-retry'
  /** Line breaks written as a backslash and an n: the event never ends. */
  | 'escaped-break'
  /** Data that begins with a field name of its own, as where a helper that writes the format is given what is written already. */
  | 'nested-field'
  /** A byte order mark after the start: the field behind it is unknown. */
  | 'late-bom'
  /** A line that ends in CR alone: legal, but some clients deliver it one event late. */
  | 'lone-cr'
  /** Bytes that are no UTF-8. */
  | 'invalid-utf8'
  /** The stream ended inside an event, which is dropped. */
  | 'cut-event'

/** One problem, and where. */
export interface LintProblem {
  kind: LintKind
  /** The byte of the stream at which the line begins, from 0. */
  atByte: number
  /** The field's name, or the event's type for a block without data; at most 40 characters of it. */
  field: string | null
}
