/** Judges texts by the public schemas under `fixtures/schemas`. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { validateXML } from 'xmllint-wasm'

const read = (name: string) => readFileSync(new URL(`../../../fixtures/schemas/${name}`, import.meta.url), 'utf8')

const { id: _id, $schema: _draft, ...sarif } = JSON.parse(read('sarif-2.1.0.json')) as Record<string, unknown>
// One of its patterns is no pattern of Unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
formats.default(ajv)
const validate = ajv.compile(sarif)

/** What is wrong with a SARIF document; empty when nothing is. */
export function sarifFaults(text: string): string[] {
  validate(JSON.parse(text))
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** What is wrong with a JUnit document; empty when nothing is. */
export async function junitFaults(text: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: text }],
    schema: [{ fileName: 'junit.xsd', contents: read('jenkins-junit.xsd') }],
  })
  return errors.map(({ message }) => message)
}
