/** What the injection did, and what pages needed without and with it, as plain data. */
import type { InjectionFailure } from './failure.js'

/** How a page was run. */
export type Side = 'plain' | 'shared'

/** The figures of one page, or of all pages of an origin, on one side. */
export interface SideFigures {
  /** Documents sent to tabs. */
  documents: number
  /** Of these, how many have loaded the coordinator. */
  coordinators: number
  /** Event streams open now that were opened on this side. */
  streams: number
  /** The most of them at one time. */
  mostStreams: number
}

/** One page, both ways; `null` where it was not run that way. */
export interface PageComparison {
  /** Without query. */
  page: string
  plain: SideFigures | null
  shared: SideFigures | null
}

/** An origin, both ways. */
export interface OriginComparison {
  origin: string
  plain: (SideFigures & { mostSockets: number }) | null
  shared: (SideFigures & { mostSockets: number }) | null
  pages: PageComparison[]
}

/** What the injection did so far. */
export interface InjectionSnapshot {
  isOn: boolean
  /** What each origin's pages needed without and with it. */
  origins: OriginComparison[]
  /** Pages that keep their own EventSource; the last 50. */
  failures: InjectionFailure[]
}
