import { readDumpHeader } from '../../src/formats/dump/header.ts'
import { readMemoryDump } from '../../src/formats/dump/memory.ts'
import { readTriage } from '../../src/formats/dump/triage.ts'
import { readEvents } from '../../src/formats/evtx/log.ts'
import { readFileVersion } from '../../src/formats/pe/version.ts'
import { Problems } from '../../src/formats/problem.ts'
import { openHive } from '../../src/formats/regf/hive.ts'
import type { RegistryKey } from '../../src/formats/regf/registry.ts'
import { findCulprit } from '../../src/sources/crashes/culprit.ts'
import { ModuleFiles } from '../../src/sources/microsoft.ts'
import { jsonText, parseJson } from '../../src/sources/sensors/json.ts'
import { databaseDateIn } from '../../src/sources/sensors/malwarebytes.ts'
import { Volume } from '../../src/volume/volume.ts'
import { SYSTEM_EVENTS } from '../../src/volume/wanted.ts'
import { readEventXml } from '../../src/windows/event-xml.ts'
import { bufferReader } from './buffer-reader.ts'
import type { SpecimenKind } from './specimens.ts'

/** Keys looked at in one hive: sources look at some 3,000 of the largest. */
const MAX_KEYS = 1_500

/** Reads damaged bytes in every way that the sources do. Answers how many things were read; throws only on a defect. */
export function exercise(kind: SpecimenKind, bytes: Buffer): number {
  const reader = bufferReader(bytes)
  const problems = new Problems()
  if (kind === 'log') {
    const some = count(readEvents(reader, problems, { wanted: SYSTEM_EVENTS, newestFirst: true }))
    return some + count(readEvents(reader, problems))
  }
  if (kind === 'json') return readJson(bytes.toString('utf8'))
  if (kind === 'xml') return readEventXml(bytes.toString('utf8')).length
  if (kind === 'pe') return readFileVersion(reader) ? 1 : 0
  if (kind === 'dump') {
    const header = readDumpHeader(reader, problems)
    if (!header) return 0
    const triage = header.kind === 'triage' ? readTriage(reader, problems) : readMemoryDump(reader, header, problems)
    findCulprit(header, triage, new ModuleFiles(new Volume('/nonexistent')))
    return triage.modules.length
  }
  const { root } = openHive(reader, [reader])
  const walked = { keys: 0 }
  if (root) walk(root, 0, walked)
  return walked.keys
}

/** As the readers of products' files do: the number of values that they would take. */
function readJson(text: string): number {
  const status = parseJson(text.replace(/^\uFEFF/, ''))
  const found = [jsonText(status, 'ProductInfo', 'version'), databaseDateIn(text)]
  return found.filter((value) => value !== undefined).length
}

function walk(key: RegistryKey, depth: number, walked: { keys: number }): void {
  for (const value of key.values()) if (value.data.length > 2 ** 21) throw new Error('a value without bound')
  for (const child of key.keys()) {
    if (++walked.keys > MAX_KEYS || depth > 32) return
    walk(child, depth + 1, walked)
  }
}

function count(items: Iterable<unknown>): number {
  let number = 0
  for (const _ of items) number++
  return number
}
