/** Starts the user’s app, waits until it answers, and ends it with all its children. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { lookupLocal } from '../client/index.js'
import { SseCoordError } from '../error.js'
import { type Child, type ChildOptions, startChild } from './child.js'

export interface StartAppOptions extends ChildOptions {
  url: string
  /** Default 60,000. */
  timeoutMs?: number | undefined
  signal: AbortSignal
}

/** Time between two questions, and how long an answer may take. */
const everyMs = 200
const answerMs = 5000

/**
 * @throws SseCoordError `app-not-started` where it ends, does not answer in time, or something else answers already. Rejects
 * with `signal.reason` when that aborts. Nothing is left running in any of these cases.
 */
export async function startApp(options: StartAppOptions): Promise<Child> {
  const { url, command, timeoutMs = 60_000, signal } = options
  if (await answers(url)) {
    throw new SseCoordError('app-not-started', `Something answers at ${url} before '${command}' was started.`, {
      hint: 'Stop it, or leave out start to check the app that runs.',
    })
  }
  const child = await startChild(options)
  try {
    const deadline = performance.now() + timeoutMs
    const state = { ended: undefined as number | undefined }
    child.ended.then((code) => {
      state.ended = code
    })
    for (;;) {
      signal.throwIfAborted()
      if (await answers(url)) return child
      // What ends well may have left the app behind, as `docker compose up -d` does.
      if (state.ended) {
        throw withLastWords(
          'app-not-started',
          `'${command}' ended with exit code ${state.ended} before ${url} answered.`,
          child,
        )
      }
      if (performance.now() > deadline) {
        const after = state.ended === 0 ? `'${command}', which ended with exit code 0` : `'${command}'`
        throw withLastWords('app-not-started', `${url} did not answer within ${timeoutMs / 1000} s of ${after}.`, child)
      }
      await sleep(everyMs, undefined, { signal })
    }
  } catch (error) {
    await child.close()
    throw signal.aborted ? signal.reason : error
  }
}

/** Whether anything at all answers; with which status is not our concern, nor who signed the certificate. */
function answers(url: string): Promise<boolean> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    const asked = request(url, {
      method: 'GET',
      lookup: lookupLocal,
      rejectUnauthorized: false,
      agent: false,
      timeout: answerMs,
    })
    asked.once('response', (response) => {
      response.destroy()
      resolve(true)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.once('close', () => resolve(false))
    asked.end()
  })
}

/** How long after a page failed the app may be seen to have ended. */
const endingMs = 500

/** What stopped the run, or the end of the app where that is what did. */
export async function blameApp(app: Child, command: string, error: SseCoordError): Promise<SseCoordError> {
  const code = await Promise.race([app.ended, sleep(endingMs, 0)])
  if (code === 0) return error
  const message = `'${command}' ended with exit code ${code} in the middle of the run: ${error.message}`
  return withLastWords('app-died', message, app)
}

function withLastWords(code: 'app-not-started' | 'app-died', message: string, child: Child): SseCoordError {
  const words = child.lastWords()
  return new SseCoordError(code, message, {
    hint: words === '' ? 'It wrote nothing. Try the command by hand in this folder.' : `Its last words:\n${words}`,
  })
}
