/**
 * Python's servers. A stream is a generator there, of Flask, Django and FastAPI alike, whose `finally` runs when the client
 * is gone.
 */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

const retry = "# first of all, another number for each connection\nyield f'retry: {random.randint(2000, 5000)}\\n\\n'"

export const python: Remedy = {
  stack: 'Python',
  detect: (exchange) =>
    /gunicorn|uvicorn|hypercorn|daphne|waitress|werkzeug|tornado|python/i.test(headerOf(exchange, 'server') ?? ''),
  snippets: {
    // Django's GZipMiddleware takes no notice of no-transform, and gives nothing out before its window is full.
    compressed:
      "# Django's GZipMiddleware and others leave it alone then\nresponse.headers['Content-Encoding'] = 'identity'",
    'late-headers': "# before the first event is there\nyield ': hello\\n\\n'",
    cacheable: "response.headers['Cache-Control'] = 'no-cache, no-transform'",
    'no-heartbeat': "# when nothing came for 15 s\nyield ': hb\\n\\n'",
    retry,
    herd: retry,
    ids: "yield f'id: {id}\\ndata: {data}\\n\\n'",
    resume:
      "last = request.headers.get('Last-Event-ID')\nfor event in history.after(last):\n    yield event\n# and then the live ones",
    leaks:
      'try:\n    ...  # the loop with yield in it\nfinally:  # at the next yield after the client has left\n    subscribers.discard(queue)',
  },
}
