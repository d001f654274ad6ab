/** The smallest form against the same contract as all of it, in three engines. */
import { holdContract } from '../browser/coordinator-contract.js'

holdContract({
  entry: 'native',
  make: "new coordinator.SharedEventSource('/events', { lastEventIdParam: 'lastEventId' })",
})
