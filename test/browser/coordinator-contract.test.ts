/** SharedEventSource against the contract, in three engines. */
import { holdContract } from './coordinator-contract.js'

holdContract({ make: "new SharedEventSource('/events')" })
