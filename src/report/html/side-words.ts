/** What pictures call a page as it is, and the same with the coordinator. */
import type { TabsTimeline } from '../../evidence/report.js'

export const sideWords: Record<TabsTimeline['side'], string> = {
  plain: 'as the app is',
  coordinator: 'with the coordinator in place of EventSource',
}
