/** The examples of a page of documentation, to be run as they stand. */
import { readFileSync } from 'node:fs'

/** One example, its imports apart from the rest. */
export interface DocBlock {
  /** What is imported, by module: `{ a, b }` without the braces, or the name of a default import. */
  imports: [names: string, module: string][]
  /** The statement that the example begins with. */
  first: string
  /** What follows it. */
  rest: string
}

/** All examples of a page as they stand, in their order. */
export function readExamples(file: string): { language: string; code: string }[] {
  const fences = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)
  return [...fences].map(([, language = '', code = '']) => ({ language, code }))
}

/** The examples of one language, in their order. */
export function readBlocks(file: string, language: string): DocBlock[] {
  const examples = readExamples(file).filter((example) => example.language === language)
  return examples.map(({ code }) => {
    const lines = code.split('\n')
    const isImport = (line: string) => line.startsWith('import ')
    const [first = '', ...rest] = lines.filter((line) => !isImport(line) && line !== '')
    return { imports: lines.filter(isImport).map(readImport), first, rest: rest.join('\n') }
  })
}

function readImport(line: string): [string, string] {
  const [, names = '', module = ''] = /^import (.+) from '(.+)'$/.exec(line) ?? []
  return [names, module]
}

/** What several examples import, each name once. */
export function mergeImports(blocks: DocBlock[]): string {
  const named = new Map<string, Set<string>>()
  const whole = new Set<string>()
  for (const [names, module] of blocks.flatMap(({ imports }) => imports)) {
    if (!names.startsWith('{')) whole.add(`import ${names} from '${module}'`)
    else {
      const known = named.get(module) ?? new Set()
      for (const name of names.slice(1, -1).split(',')) known.add(name.trim())
      named.set(module, known)
    }
  }
  return [
    ...whole,
    ...[...named].map(([module, names]) => `import { ${[...names].join(', ')} } from '${module}'`),
  ].join('\n')
}
