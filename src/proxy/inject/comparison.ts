/** What pages need with their own EventSource, and with the coordinator in its place: the same figures for both. */
import type { StreamSnapshot } from '../../evidence/ledger.js'
import { epochNow } from '../clock.js'
import { InUsePeak } from '../in-use-peak.js'
import type { RequestEvent } from '../ledger-events.js'
import { pageOf } from './address-of.js'
import type { OriginComparison, Side, SideFigures } from './injection-snapshot.js'

const keptOrigins = 20
const keptPages = 100

interface OriginFigures {
  sides: Partial<Record<Side, SideFigures & { inUse: number; peak: InUsePeak }>>
  pages: Map<string, Partial<Record<Side, SideFigures>>>
}

/**
 * Counts for the side that is chosen; what began on the other side keeps counting there. Whoever changes sides has to
 * reload the tabs: a page that runs stays what it is.
 */
export class Comparison {
  readonly #origins = new Map<string, OriginFigures>()
  readonly #requests = new Map<number, { figures: { inUse: number; peak: InUsePeak }; at: number }>()
  readonly #streams = new Map<number, SideFigures[]>()
  #side: Side

  constructor(side: Side) {
    this.#side = side
  }

  /** Goes to a side, and begins its figures anew. */
  choose(side: Side): void {
    this.#side = side
    for (const { sides, pages } of this.#origins.values()) {
      delete sides[side]
      for (const page of pages.values()) delete page[side]
    }
  }

  document(page: URL): void {
    for (const figures of this.#figuresFor(page.origin, pageOf(page))) figures.documents++
  }

  coordinator(page: string | null, origin: string): void {
    for (const figures of this.#figuresFor(origin, pageOf(page))) figures.coordinators++
  }

  requestStarted({ request, origin, at }: RequestEvent): void {
    const figures = this.#totals(origin)
    figures.inUse++
    figures.peak.rise(figures.inUse, at)
    this.#requests.set(request, { figures, at })
  }

  requestFinished({ request, at }: RequestEvent): void {
    const begun = this.#requests.get(request)
    if (!begun) return
    this.#requests.delete(request)
    begun.figures.inUse--
    begun.figures.peak.socketClosed(begun.at, at)
  }

  streamOpened({ number, origin, page }: StreamSnapshot): void {
    if (origin === undefined) return
    const all = this.#figuresFor(origin, pageOf(page))
    this.#streams.set(number, all)
    for (const figures of all) figures.mostStreams = Math.max(figures.mostStreams, ++figures.streams)
  }

  streamClosed({ number }: StreamSnapshot): void {
    for (const figures of this.#streams.get(number) ?? []) figures.streams--
    this.#streams.delete(number)
  }

  /** The figures so far, of origins that have had a document or a stream. */
  read(): OriginComparison[] {
    const at = epochNow()
    const sideOf = (figures: OriginFigures, side: Side): OriginComparison['plain'] => {
      const own = figures.sides[side]
      if (!own) return null
      const { inUse: _inUse, peak, ...counted } = own
      return { ...counted, mostSockets: peak.read(at) }
    }
    return [...this.#origins]
      .filter(([, { pages }]) => pages.size > 0)
      .map(([origin, figures]) => ({
        origin,
        plain: sideOf(figures, 'plain'),
        shared: sideOf(figures, 'shared'),
        pages: [...figures.pages].map(([page, { plain = null, shared = null }]) => ({
          page,
          plain: plain && { ...plain },
          shared: shared && { ...shared },
        })),
      }))
  }

  #figuresFor(origin: string, page: string | null): SideFigures[] {
    const own = this.#totals(origin)
    const pages = this.#origins.get(origin)?.pages
    if (page === null || !pages) return [own]
    let ofPage = pages.get(page)
    if (!ofPage) {
      if (pages.size >= keptPages) return [own]
      ofPage = {}
      pages.set(page, ofPage)
    }
    ofPage[this.#side] ??= noFigures()
    return [own, ofPage[this.#side] ?? noFigures()]
  }

  #totals(name: string): SideFigures & { inUse: number; peak: InUsePeak } {
    let origin = this.#origins.get(name)
    if (!origin) {
      const [oldest] = this.#origins.keys()
      if (this.#origins.size >= keptOrigins && oldest !== undefined) this.#origins.delete(oldest)
      origin = { sides: {}, pages: new Map() }
      this.#origins.set(name, origin)
    }
    const figures = origin.sides[this.#side] ?? { ...noFigures(), inUse: 0, peak: new InUsePeak() }
    origin.sides[this.#side] = figures
    return figures
  }
}

function noFigures(): SideFigures {
  return { documents: 0, coordinators: 0, streams: 0, mostStreams: 0 }
}
