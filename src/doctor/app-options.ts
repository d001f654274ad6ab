/** What a caller of `diagnose` may say of the page to look at. */
import type { GatherAppOptions } from './gather-app.js'

/** The page of `diagnose`, and how it is had. */
export type AppOptions = Pick<
  GatherAppOptions,
  'url' | 'steps' | 'setup' | 'cookies' | 'headers' | 'insecure' | 'allowLoad' | 'parts' | 'waitMs' | 'timeoutMs'
>
