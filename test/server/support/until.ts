/** Waits until something holds, and says what did not when it never does. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`never came true: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
