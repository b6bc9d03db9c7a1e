import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { gunzip, gzip } from 'node:zlib'
import type { DetectorSnapshot } from '../detect/index.ts'

/** The detector's state holds maps and typed arrays, which JSON does not: V8's own format, compressed, as text. */
export async function snapshotToText(snapshot: DetectorSnapshot): Promise<string> {
  return (await promisify(gzip)(serialize(snapshot), { level: 1 })).toString('base64')
}

/** @throws Error when the text is not what {@link snapshotToText} made */
export async function snapshotFromText(text: string): Promise<DetectorSnapshot> {
  return deserialize(await promisify(gunzip)(Buffer.from(text, 'base64'))) as DetectorSnapshot
}
