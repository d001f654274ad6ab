/**
 * The script that tells of workers where the browser tells nothing of what they do: a page that starts one may hold streams
 * that nobody sees. It runs before the opener's script, which takes the binding away.
 */
import { bindingName } from './opener-script.js'

/** What the script tells, once for every worker that a page or frame starts: dedicated, shared or service worker. */
export const workerNote = 'worker'

export const workerScript: string = `(() => {
  const tell = globalThis.${bindingName}
  if (typeof tell !== 'function') return
  const started = () => {
    try {
      tell('${workerNote}')
    } catch {}
  }
  for (const name of ['Worker', 'SharedWorker']) {
    const Native = globalThis[name]
    if (typeof Native !== 'function') continue
    const wrapped = new Proxy(Native, {
      construct(target, values, newTarget) {
        started()
        return Reflect.construct(target, values, newTarget === wrapped ? target : newTarget)
      },
    })
    globalThis[name] = wrapped
    Native.prototype.constructor = wrapped
  }
  const container = globalThis.ServiceWorkerContainer?.prototype
  if (container) {
    const { register } = container
    container.register = {
      register(...values) {
        started()
        return register.apply(this, values)
      },
    }.register
  }
})()
//# sourceURL=sse-coord://observe-workers.js
`
