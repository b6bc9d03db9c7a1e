import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { gunzip, gzip } from 'node:zlib'
import { othersTurn } from '@pumphandle/shared/others-turn'
import type { DetectorSnapshot } from '../detect/index.ts'

/** Failure records that are written in one go: about 15 ms, so that nobody waits longer for a snapshot. */
const RECORDS_AT_ONCE = 2000
/** Each piece is preceded by its length. */
const LENGTH_BYTES = 4

/** One field of the snapshot, or some of the failure records, which are most of it after a bad day. */
type Piece = readonly [field: keyof DetectorSnapshot, value: unknown, list?: keyof DetectorSnapshot['evidence']]

/**
 * The detector's state holds maps and typed arrays, which JSON does not: V8's own format, compressed, as text. Made piece
 * by piece, with everybody else's turn in between: 100,000 machines and as many failures take 350 ms in all.
 */
export async function snapshotToText(snapshot: DetectorSnapshot): Promise<string> {
  const parts: Buffer[] = []
  for (const piece of piecesOf(snapshot)) {
    const bytes = serialize(piece)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32LE(bytes.length)
    parts.push(length, bytes)
    await othersTurn()
  }
  return (await promisify(gzip)(Buffer.concat(parts), { level: 1 })).toString('base64')
}

/** @throws Error when the text is not what {@link snapshotToText} made */
export async function snapshotFromText(text: string): Promise<DetectorSnapshot> {
  const bytes = await promisify(gunzip)(Buffer.from(text, 'base64'))
  const snapshot: Record<string, unknown> = {}
  const evidence: Record<string, unknown[]> = { silences: [], crashes: [], unheard: [] }
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readUInt32LE(at)
    const [field, value, list] = deserialize(bytes.subarray(at + LENGTH_BYTES, end)) as Piece
    if (list === undefined) snapshot[field] = value
    else for (const record of value as unknown[]) evidence[list]?.push(record)
    at = end
  }
  return { ...snapshot, evidence } as unknown as DetectorSnapshot
}

function* piecesOf({ evidence, ...rest }: DetectorSnapshot): Generator<Piece> {
  for (const [field, value] of Object.entries(rest)) yield [field as keyof DetectorSnapshot, value]
  for (const list of ['silences', 'crashes', 'unheard'] as const) {
    const records = evidence[list] ?? []
    for (let i = 0; i < records.length; i += RECORDS_AT_ONCE)
      yield ['evidence', records.slice(i, i + RECORDS_AT_ONCE), list]
  }
}
