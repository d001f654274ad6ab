/** A config as the run uses it: validated, times in milliseconds. What was left out is left out here too. */
import type { CheckLevel, Config, PageBudgetConfig, PageConfig } from './config.js'

export interface Settings extends Omit<Config, 'start' | 'pages' | 'timeout' | 'tolerance' | 'budget'> {
  start?: { command: string; url: string; timeoutMs?: number }
  pages?: PageSettings[]
  timeoutMs?: number
  /** A share: 0.25 for 25 %. */
  tolerance?: number
  budget?: Budget
}

export interface PageSettings extends Omit<PageConfig, 'steps'> {
  steps?: StepSettings[]
}

export type StepSettings = { visit: string } | { click: string } | { waitFor: string } | { waitMs: number }

export interface Budget extends PageBudgetConfig {
  failoverTime?: number | false
  lostEvents?: number | false
  checks?: Record<string, CheckLevel>
}
