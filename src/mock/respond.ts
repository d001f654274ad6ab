/** Short answers: a sentence, or JSON. */
import type { ServerResponse } from 'node:http'

/** Answers with a sentence. */
export function say(response: ServerResponse, statusCode: number, sentence: string): void {
  send(response, statusCode, 'text/plain; charset=utf-8', `${sentence}\n`)
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, statusCode: number, value: unknown): void {
  send(response, statusCode, 'application/json', `${JSON.stringify(value)}\n`)
}

/** Answers with a text that no cache keeps. */
export function send(response: ServerResponse, statusCode: number, type: string, text: string): void {
  response.statusCode = statusCode
  response.setHeader('Content-Type', type)
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.end(text)
}
