import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { artefact, artefactsDir } from './artefacts.ts'
import { Story } from './story.ts'
import { type WrittenDump, writeDump } from './write-dump.ts'
import { writeEvtx } from './write-evtx.ts'
import { keyAt, mergeKeys, writeHive } from './write-hive.ts'
import { writeMemoryDump } from './write-memory-dump.ts'
import { writePe } from './write-pe.ts'

export type SpecimenKind = 'log' | 'dump' | 'hive' | 'pe' | 'json' | 'xml'

/** Healthy bytes to be damaged. */
export interface Specimen {
  kind: SpecimenKind
  name: string
  bytes: Buffer
  /** How many mutations one of the others gets for each of this one: a large hive takes ten times as long as a log. */
  weight: number
}

type Unweighted = Omit<Specimen, 'weight'>

/** Reading a hive of several megabytes takes ten milliseconds. */
const LARGE_BYTES = 2_000_000

const STATUS = `{"ProductInfo":{"version":"3.2.1001.19","x":[1,2.5e3,null,true]},"a":{"b":{"db_pub_date":1721362170}}}`
const EVENTS = Array.from(
  { length: 20 },
  (_, id) =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='EventLog'/><EventID Qualifiers='32768'>600${id % 10}</EventID><TimeCreated SystemTime='2024-07-19T04:12:30.5000000Z'/><EventRecordID>${id + 1}</EventRecordID><Channel>System</Channel><Computer>PC-1</Computer></System><EventData><Data Name='a'>&lt;b&gt; &#x41;</Data><Data>${'x'.repeat(id)}</Data><Binary>4100</Binary></EventData></Event>`,
).join('\r\n')

const HEADER = 4_096
const CHUNK = 65_536

/** Written specimens, and real ones where they are beside the checkout. */
export function specimens(): Specimen[] {
  const all = [...written(), ...(artefactsDir === undefined ? [] : real())]
  return all.map((specimen) => ({ ...specimen, weight: specimen.bytes.length > LARGE_BYTES ? 1 : 6 }))
}

function written(): Unweighted[] {
  const at = Date.UTC(2024, 6, 19)
  const story = new Story()
    .boot(at)
    .shutdown(at + 3_600_000)
    .boot(at + 3_660_000, { unclean: true })
  const modules = Array.from({ length: 60 }, (_, index) => ({
    path: `\\SystemRoot\\System32\\drivers\\driver${index}.sys`,
    base: 0xfffff80100000000n + BigInt(index) * 0x100000n,
    size: 0x80000,
    builtAt: at,
  }))
  const dump: WrittenDump = {
    stopCode: 0xd1,
    parameters: [0n, 2n, 0n, 0xfffff80100000123n],
    crashedAt: at,
    uptimeSeconds: 60,
    modules,
    stack: modules.map(({ base }) => base + 0x40n),
    unloaded: [{ name: 'gone.sys', start: 1n, end: 2n }],
  }
  const narrow = (address: bigint): bigint => address & 0xffffffffn
  const narrowDump: WrittenDump = {
    ...dump,
    machine: 0x014c,
    parameters: [0n, 2n, 0n, 0x00000123n],
    modules: modules.map((module) => ({ ...module, base: narrow(module.base) })),
    stack: modules.map(({ base }) => narrow(base) + 0x40n),
  }
  const services = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `Service${index}`,
      { values: { Type: 1, Start: index % 5, ImagePath: `a${index}.sys` } },
    ]),
  )
  const hive = mergeKeys(
    keyAt('Select', { values: { Current: 1, Big: Buffer.alloc(40_000, 1) } }),
    keyAt('ControlSet001\\Services', { keys: services }),
  )
  return [
    { kind: 'log', name: 'written log', bytes: writeEvtx(story.events) },
    { kind: 'dump', name: 'written dump', bytes: writeDump(dump) },
    { kind: 'dump', name: 'written 32-bit dump', bytes: writeDump(narrowDump) },
    ...([1, 2, 5] as const).map(
      (type): Unweighted => ({
        kind: 'dump',
        name: `written large dump of type ${type}`,
        bytes: writeMemoryDump(dump, { type }),
      }),
    ),
    { kind: 'hive', name: 'written hive', bytes: writeHive(hive) },
    {
      kind: 'pe',
      name: 'written driver',
      bytes: writePe({ version: '1.2.3.4', company: 'Maker', description: 'A driver' }),
    },
    { kind: 'json', name: 'written status', bytes: Buffer.from(STATUS) },
    { kind: 'xml', name: 'written events', bytes: Buffer.from(EVENTS) },
  ]
}

/** Of logs, single chunks with the file's header: as much structure for a tenth of the time. */
function real(): Unweighted[] {
  const logs = [
    ['omer_system.evtx', 0],
    ['omer_system.evtx', 9],
    ['pyevtx_system.evtx', 8],
    ['plaso_System.evtx', 3],
    ['tsevtx_Application.evtx', 2],
    ['omer_sample-with-zero-data-size-event.evtx', 1],
    ['omer_issue_201.evtx', 0],
  ] as const
  const dumps = [
    'rizin_triage_x64.dmp',
    'rizin_triage_arm64.dmp',
    'rizin_calc_user.dmp',
    'rizin_fuzzed_npe_r_mdmp.mdmp',
  ]
  const hives = ['BCD', 'corrupted_system_hive', 'plaso_100_sub_keys.hiv', 'plaso_corrupt_sub_key_list.hiv', 'SYSTEM']
  return [
    ...logs.map(
      ([name, slot]): Unweighted => ({ kind: 'log', name: `${name} slot ${slot}`, bytes: chunkOf(name, slot) }),
    ),
    ...dumps.map((name): Unweighted => ({ kind: 'dump', name, bytes: readFileSync(artefact(`dumps/${name}`)) })),
    ...hives.map((name): Unweighted => ({ kind: 'hive', name, bytes: readFileSync(artefact(`hives/${name}`)) })),
  ]
}

function chunkOf(name: string, slot: number): Buffer {
  const file = openSync(artefact(`eventlogs/${name}`), 'r')
  const bytes = Buffer.alloc(HEADER + CHUNK)
  readSync(file, bytes, 0, HEADER, 0)
  readSync(file, bytes, HEADER, CHUNK, HEADER + slot * CHUNK)
  closeSync(file)
  return bytes
}
