const HEADER = 4_096
const CHUNK = 65_536
const FIRST_RECORD = 512
const RECORD_MAGIC = 0x00002a2a

/** A log of one slot that nothing was written to yet. */
export function emptyLog(like: Buffer): Buffer {
  return Buffer.concat([like.subarray(0, HEADER), Buffer.alloc(CHUNK)])
}

/**
 * A System log of `bytes`: the newest chunks of a real one behind those of others, over and over. Its records' numbers are
 * written anew, so that all are one log.
 *
 * @param kept how many chunks of the real one come last; all of them unless said
 */
export function bigLog(
  newest: Buffer,
  older: readonly Buffer[],
  bytes: number,
  kept = Number.POSITIVE_INFINITY,
): Buffer {
  const own = chunksOf(newest).slice(-Math.min(kept, bytes / CHUNK))
  const others = older.flatMap(chunksOf)
  const missing = Math.max(0, Math.floor((bytes - HEADER) / CHUNK) - own.length)
  const filling = Array.from({ length: missing }, (_, index) => others[index % others.length] ?? Buffer.alloc(CHUNK))
  let record = 1n
  const chunks = [...filling, ...own].map((chunk) => {
    const copy = Buffer.from(chunk)
    for (
      let at = FIRST_RECORD;
      at + 28 <= CHUNK && copy.readUInt32LE(at) === RECORD_MAGIC;
      at += copy.readUInt32LE(at + 4)
    )
      copy.writeBigUInt64LE(record++, at + 8)
    return copy
  })
  return Buffer.concat([newest.subarray(0, HEADER), ...chunks])
}

/** Those with records, in the order of these. */
function chunksOf(file: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = HEADER; at + CHUNK <= file.length; at += CHUNK) {
    const chunk = file.subarray(at, at + CHUNK)
    if (chunk.toString('latin1', 0, 7) === 'ElfChnk') chunks.push(chunk)
  }
  const firstOf = (chunk: Buffer): number => Number(chunk.readBigUInt64LE(FIRST_RECORD + 8))
  return chunks.sort((a, b) => firstOf(a) - firstOf(b))
}
