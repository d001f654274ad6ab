/** All faults, in the order in which help lists them. */
import type { FaultDefinition } from './define.js'
import { bandwidth } from './kinds/bandwidth.js'
import { blackHole } from './kinds/black-hole.js'
import { bom } from './kinds/bom.js'
import { buffer } from './kinds/buffer.js'
import { close } from './kinds/close.js'
import { closeAfter } from './kinds/close-after.js'
import { cut } from './kinds/cut.js'
import { dropEvent } from './kinds/drop-event.js'
import { duplicateEvent } from './kinds/duplicate-event.js'
import { gzipHold } from './kinds/gzip-hold.js'
import { halfOpen } from './kinds/half-open.js'
import { idleCut } from './kinds/idle-cut.js'
import { invalidUtf8 } from './kinds/invalid-utf8.js'
import { jitter } from './kinds/jitter.js'
import { lateHeaders } from './kinds/late-headers.js'
import { latency } from './kinds/latency.js'
import { limit } from './kinds/limit.js'
import { loneCr } from './kinds/lone-cr.js'
import { noCors } from './kinds/no-cors.js'
import { noIds } from './kinds/no-ids.js'
import { noType } from './kinds/no-type.js'
import { oversized } from './kinds/oversized.js'
import { redirect } from './kinds/redirect.js'
import { refuse } from './kinds/refuse.js'
import { reorderEvents } from './kinds/reorder-events.js'
import { reset } from './kinds/reset.js'
import { retry } from './kinds/retry.js'
import { sameId } from './kinds/same-id.js'
import { slice } from './kinds/slice.js'
import { slowClose } from './kinds/slow-close.js'
import { stall } from './kinds/stall.js'
import { status } from './kinds/status.js'
import { unknownField } from './kinds/unknown-field.js'
import { wrongType } from './kinds/wrong-type.js'

export const catalog: readonly FaultDefinition[] = [
  latency,
  jitter,
  bandwidth,
  slice,
  stall,
  blackHole,
  halfOpen,
  close,
  cut,
  reset,
  slowClose,
  limit,
  idleCut,
  closeAfter,
  buffer,
  gzipHold,
  dropEvent,
  duplicateEvent,
  reorderEvents,
  noIds,
  sameId,
  retry,
  status,
  wrongType,
  noType,
  noCors,
  redirect,
  lateHeaders,
  refuse,
  invalidUtf8,
  bom,
  loneCr,
  unknownField,
  oversized,
]

/** The fault of that name, its own or another tool's. */
export function findFault(name: string): FaultDefinition | undefined {
  return catalog.find((fault) => fault.name === name) ?? catalog.find((fault) => fault.alias === name)
}
