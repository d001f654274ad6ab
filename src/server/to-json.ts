/** The text of data where no serializer was given: JSON, and an error where JSON would say nothing of what was meant. */

/** @throws TypeError for data that JSON has no text for, for a promise, and for bytes */
export function toJson(data: unknown): string {
  if (data instanceof Promise) throw new TypeError('data is a promise, which would be sent as {}: await it first')
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) {
    throw new TypeError('data is bytes, and events are text: push encodeBinary(bytes), or the text that they hold')
  }
  try {
    return JSON.stringify(data)
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    throw new TypeError(`data cannot be made JSON: ${reason}`, { cause: error })
  }
}
