/** The budget: what an app may hold, measured, compared, reported. */
export { checkBudget } from './check-budget.js'
export { guessProject, type InitOptions, initProject, type ProjectGuess, type WrittenFile } from './init.js'
export type { CheckOptions } from './plan.js'
