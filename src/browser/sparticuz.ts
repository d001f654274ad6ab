/**
 * `@sparticuz/chromium` carries a compressed headless_shell build for servers and functions. Where a project has it, its
 * browser is the last resort; its `args` are made for another purpose and are not used.
 */

// Not a dependency of ours, so its name must stay out of the compiler's sight.
const packageName: string = '@sparticuz/chromium'

/** The path of its browser, which it unpacks into the temporary folder; undefined when the package is not installed. */
export async function findSparticuz(): Promise<string | undefined> {
  try {
    const { default: chromium } = (await import(packageName)) as { default: { executablePath(): Promise<string> } }
    return await chromium.executablePath()
  } catch {
    return undefined
  }
}
