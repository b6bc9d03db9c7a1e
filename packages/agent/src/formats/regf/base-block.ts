/** The first sector of a hive, of which its transaction logs keep a copy. */
export interface BaseBlock {
  /** They differ where Windows began to write the hive out and did not come to the end. */
  primarySequence: number
  secondarySequence: number
  /** FILETIME ticks. */
  writtenAt: bigint
  /** Offset of the root key's cell. */
  root: number
  /** Bytes of all hive bins. */
  size: number
  /** Whether its checksum fits: a sector half written has another. */
  isIntact: boolean
}

const CHECKED = 508

/** Undefined where the bytes do not begin as a hive does. */
export function readBaseBlock(bytes: Buffer): BaseBlock | undefined {
  if (bytes.length < CHECKED + 4 || bytes.toString('latin1', 0, 4) !== 'regf') return undefined
  return {
    primarySequence: bytes.readUInt32LE(4),
    secondarySequence: bytes.readUInt32LE(8),
    writtenAt: bytes.readBigUInt64LE(12),
    root: bytes.readUInt32LE(36),
    size: bytes.readUInt32LE(40),
    isIntact: bytes.readUInt32LE(CHECKED) === checksum(bytes),
  }
}

/** All words before it, joined by XOR; 0 and all ones are never written. */
export function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < CHECKED; at += 4) sum ^= bytes.readInt32LE(at)
  const word = sum >>> 0
  if (word === 0) return 1
  return word === 0xffffffff ? 0xfffffffe : word
}
