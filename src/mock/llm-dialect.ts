/** The seam between the pace of a language model's answer and the shape that its pieces have. */

/** What is asked of the model, and how. */
export interface Prompt {
  model: string
  /** Whether the answer comes token by token. */
  streams: boolean
  includesUsage: boolean
  promptTokens: number
}

/** One event of an answer that comes token by token. */
export interface Piece {
  /** Default: `message`. */
  event?: string
  /** JSON, but for the `[DONE]` of some. */
  data: string
}

/** One answer in one API's shape. */
export interface Dialect {
  /** What comes before the first token, once there is one. */
  opening(): Piece[]
  token(text: string): Piece
  /** What comes after the last token. */
  closing(): Piece[]
  /** The answer in one piece, where no stream is wanted. */
  whole(): object
}

/** Makes the shape of an answer to a prompt; the tokens are those that it is going to have. */
export type DialectMaker = (prompt: Prompt, tokens: readonly string[]) => Dialect
