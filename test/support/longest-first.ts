/** Starts the files that take longest before the others, so that none of them is left to run alone at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of each project, as measured; a machine that has run the tests before knows them all by itself. */
const longest = [
  'test/doctor/remedies.test.ts',
  'test/doctor/fronts.test.ts',
  'test/doctor/examine.test.ts',
  'test/doctor/remedies-code.test.ts',
  'test/doctor/checks/proxy-abort-not-forwarded.test.ts',
  'test/doctor/checks/delivery-buffered.test.ts',
  'test/coordinator/model.test.ts',
  'test/doctor/remedies-findings.test.ts',
  'test/doctor/healthy.test.ts',
  'test/end-to-end/check.test.ts',
  'test/browser/observe-app.test.ts',
  'test/browser/count-streams.test.ts',
  'test/browser/dashboard.test.ts',
  'test/end-to-end/install.test.ts',
  'test/browser/gather-app.test.ts',
  'test/browser/inject.test.ts',
]

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = longest.findIndex((file) => moduleId.endsWith(file))
  return rank === -1 ? longest.length : rank
}

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b))
  }
}
