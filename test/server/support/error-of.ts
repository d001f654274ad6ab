/** What `attempt` throws or rejects with; `undefined` when it does neither. */
export async function errorOf(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt()
  } catch (error) {
    return error
  }
  return undefined
}
