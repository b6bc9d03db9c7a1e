/**
 * The body of somebody else's answer, which may not fill our memory.
 * @param most bytes
 * @returns undefined where there is more; the rest is not read
 */
export async function boundedBody(response: Response, most: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
