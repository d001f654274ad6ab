/**
 * The report as JUnit XML, for the test tabs of build services: one suite per area of checks, one case per finding. Valid
 * against the schema of Jenkins’ xUnit plugin, the strictest that is in wide use.
 */
import type { Finding, Report } from '../evidence/report.js'
import { describe, headline } from './finding-text.js'
import { failsTheRun } from './tally.js'
import { escapeAttribute, escapeXml } from './xml.js'

/** One case: its name, and the element that says how it went. */
interface Case {
  area: string
  name: string
  outcome: 'passed' | 'failure' | 'error' | 'skipped'
  /** The element inside, if any. */
  content: string
}

/**
 * The whole document. Failures below the severity from which on the run fails (`failOn`) are cases that passed, with the
 * finding in `system-out`: build services count each `<failure>` as broken.
 */
export function renderJunit(report: Report): string {
  const cases = [...ownCases(report), ...report.findings.map((finding) => toCase(report, finding))]
  const areas = [...new Set(cases.map(({ area }) => area))]
  const seconds = (report.durationMs / 1000).toFixed(3)
  const name = `${report.tool.name} ${report.command}`
  const totals = `tests="${cases.length}" failures="${amount(cases, 'failure')}" errors="${amount(cases, 'error')}"`
  const suites = areas.map((area) => {
    const own = cases.filter((one) => one.area === area)
    return suite(report, area, own)
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeAttribute(name)}" ${totals} time="${seconds}">`,
    ...suites,
    '</testsuites>\n',
  ].join('\n')
}

function suite(report: Report, area: string, cases: Case[]): string {
  const name = escapeAttribute(`${report.tool.name} ${report.command} ${area}`)
  const counts = `tests="${cases.length}" failures="${amount(cases, 'failure')}" errors="${amount(cases, 'error')}" skipped="${amount(cases, 'skipped')}"`
  const browser = report.environment.browser
  const properties: [string, string][] = [
    ['version', report.tool.version],
    ['node', report.environment.node],
    ['os', report.environment.os],
    ...(browser ? [['browser', `${browser.name} ${browser.version}`] as [string, string]] : []),
    ...report.targets.map((target): [string, string] => ['target', target]),
    ['complete', `${report.complete}`],
  ]
  return [
    `  <testsuite name="${name}" ${counts} timestamp="${escapeAttribute(report.startedAt.replace(/\.\d+Z$|Z$/, ''))}">`,
    '    <properties>',
    ...properties.map(
      ([key, value]) => `      <property name="${escapeAttribute(key)}" value="${escapeAttribute(value)}"/>`,
    ),
    '    </properties>',
    ...cases.map((one) => testCase(report, one)),
    '  </testsuite>',
  ].join('\n')
}

function testCase({ tool }: Report, { area, name, content }: Case): string {
  const open = `    <testcase classname="${escapeAttribute(`${tool.name}.${area}`)}" name="${escapeAttribute(name)}"`
  return content === '' ? `${open}/>` : `${open}>\n      ${content}\n    </testcase>`
}

function toCase(report: Report, finding: Finding): Case {
  const { id, target, state, severity } = finding
  const area = id.split('/')[0] ?? id
  const name = target === null ? id : `${id} ${target}`
  const text = escapeXml(describe(finding).join('\n'))
  if (state === 'pass') return { area, name, outcome: 'passed', content: '' }
  if (state !== 'fail') {
    const reason = escapeXml(`${state}: ${finding.reason ?? 'no reason given'}`)
    return { area, name, outcome: 'skipped', content: `<skipped>${reason}</skipped>` }
  }
  if (!failsTheRun(report, finding)) {
    return { area, name, outcome: 'passed', content: `<system-out>${severity}: ${text}</system-out>` }
  }
  const message = escapeAttribute(headline(finding))
  return {
    area,
    name,
    outcome: 'failure',
    content: `<failure type="${severity}" message="${message}">${text}</failure>`,
  }
}

/** What is no finding: why the run could not go on, and the command of `check --run`. */
function ownCases({ error, run }: Report): Case[] {
  const cases: Case[] = []
  if (error) {
    const text = escapeXml([error.message, ...(error.hint === null ? [] : [error.hint])].join('\n'))
    const content = `<error type="${escapeAttribute(error.code)}" message="${escapeAttribute(error.message)}">${text}</error>`
    cases.push({ area: 'run', name: 'the run', outcome: 'error', content })
  }
  if (run) {
    const words = `exit code ${run.exitCode}`
    const failed = run.exitCode !== 0
    const content = failed
      ? `<failure type="command" message="${words}">${escapeXml(run.command)}: ${words}</failure>`
      : ''
    cases.push({ area: 'run', name: run.command, outcome: failed ? 'failure' : 'passed', content })
  }
  return cases
}

function amount(cases: readonly Case[], outcome: Case['outcome']): number {
  return cases.filter((one) => one.outcome === outcome).length
}
