/** One event as a row that opens: its beginning in a line, all of it below. */
import type { CapturedEvent } from '../../../evidence/ledger.js'
import { element } from './element.js'
import { sizeOf, timeOf, visible } from './words.js'

const previewLength = 300

/** Makes the row. The whole text is put in only when the row is opened for the first time. */
export function createEventRow({ at, type, id, data, isCut }: CapturedEvent): HTMLElement {
  const length = `${isCut ? '> ' : ''}${sizeOf(new Blob([data]).size)}`
  const whole = element('pre', { tabindex: 0, 'aria-label': 'Data' })
  const details = element(
    'details',
    {},
    element(
      'summary',
      {},
      element('time', {}, timeOf(at)),
      element('span', { class: 'event-type' }, visible(type)),
      element('span', { class: 'event-id' }, id === null ? '' : `id ${visible(id)}`),
      element('span', { class: 'event-size' }, length),
      element('span', { class: 'event-data' }, visible(data.slice(0, previewLength))),
    ),
    whole,
  )
  details.addEventListener('toggle', () => {
    if (details.open && whole.textContent === '') {
      whole.textContent = visible(data, true) + (isCut ? '\n… cut off here' : '')
    }
  })
  return element('li', {}, details)
}
