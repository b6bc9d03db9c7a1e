import { describe, expect, test } from 'vitest'
import { readEvents } from '../src/formats/evtx/log.ts'
import { filetimeToMs, halvesToIso, halvesToMs } from '../src/formats/filetime.ts'
import { readFileVersion } from '../src/formats/pe/version.ts'
import { Problems } from '../src/formats/problem.ts'
import type { Reader } from '../src/formats/reader.ts'
import { checksum } from '../src/formats/regf/base-block.ts'
import { type Hive, openHive } from '../src/formats/regf/hive.ts'
import { marvin32 } from '../src/formats/regf/marvin32.ts'
import { numberValue, textValue } from '../src/formats/regf/registry.ts'
import { decodeUtf16 } from '../src/formats/text.ts'
import { scanVolume } from '../src/scan.ts'
import { Volume } from '../src/volume/volume.ts'
import { bufferReader } from './support/buffer-reader.ts'
import { seededRandom } from './support/mutate.ts'
import { type WrittenEvent, writeEvtx } from './support/write-evtx.ts'
import { keyAt, mergeKeys, type WrittenKey, writeHive, writeHiveLog, writeOldHiveLog } from './support/write-hive.ts'
import { writePe } from './support/write-pe.ts'
import { writeVolume } from './support/write-volume.ts'

const AT = Date.UTC(2024, 6, 19)

describe('event logs', () => {
  const events = Array.from(
    { length: 400 },
    (_, index): WrittenEvent => ({
      recordId: index + 1,
      at: AT + index * 1_000,
      provider: index % 3 === 0 ? 'A' : 'B',
      eventId: 1 + (index % 2),
      data: { text: `${index} `.repeat(100), other: '' },
    }),
  )
  const base: WrittenEvent = { recordId: 1, at: AT, provider: 'A', eventId: 1 }
  const idsOf = (bytes: Buffer, options?: Parameters<typeof readEvents>[2]): number[] =>
    [...readEvents(bufferReader(bytes), new Problems(), options)].map(({ recordId }) => recordId)

  test('are read in the order of record ids, though the log is circular and its header stale', () => {
    const bytes = writeEvtx(events, { rotateBy: 2, hasStaleHeader: true })
    expect(bytes.length).toBeGreaterThan(4 * 65_536)
    expect(idsOf(bytes)).toEqual(events.map(({ recordId }) => recordId))
    expect(idsOf(bytes, { newestFirst: true })).toEqual(events.map(({ recordId }) => recordId).toReversed())
    expect(idsOf(bytes, { sinceRecordId: 390 })).toHaveLength(11)
  })

  test('give only wanted events, of the wanted provider', () => {
    expect(idsOf(writeEvtx(events), { wanted: new Map([['a', new Set([2])]]) })).toEqual(
      events.filter(({ provider, eventId }) => provider === 'A' && eventId === 2).map(({ recordId }) => recordId),
    )
  })

  test('are read behind an empty slot, and to where the file breaks off', () => {
    const bytes = writeEvtx(events)
    const problems = new Problems()
    bytes.fill(0, 4_096 + 65_536, 4_096 + 2 * 65_536)
    const read = [...readEvents(bufferReader(bytes.subarray(0, 4_096 + 3 * 65_536 + 30_000)), problems)]
    expect(read.length).toBeGreaterThan(100)
    expect(read.length).toBeLessThan(400)
    expect(problems.all().map(({ code }) => code)).toEqual(['evtx-truncated'])
  })

  test.each([1, 8])('give an array %i deep in UserData item by item, and a time of zero as Windows does', (depth) => {
    const event: WrittenEvent = {
      ...base,
      userDataDepth: depth,
      data: { nApplications: '2', Application: ['One', 'Two'], WakeTime: 0n },
    }
    const [read] = readEvents(bufferReader(writeEvtx([event])), new Problems())
    expect(read?.data).toEqual([
      ['nApplications', '2'],
      ['Application', 'One'],
      ['Application', 'Two'],
      ['WakeTime', '1601-01-01T00:00:00.000000000Z'],
    ])
  })

  test('of a live machine go on behind the place that their chunk names, as long as ids do', () => {
    const bytes = writeEvtx(events.slice(0, 20))
    bytes.writeUInt32LE(512, 4_096 + 48)
    expect(idsOf(bytes)).toHaveLength(20)
  })

  test('end where records of an earlier content of the slot begin', () => {
    const bytes = writeEvtx(events.slice(0, 20))
    for (const leftover of [3, 1_026]) {
      const end = placeOf(bytes, 11)
      bytes.writeUInt32LE(end - 4_096, 4_096 + 48)
      bytes.writeBigUInt64LE(BigInt(leftover), end + 8)
      expect(idsOf(bytes)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      bytes.writeBigUInt64LE(11n, end + 8)
    }
  })

  test('in a chunk that was half written again come in the order of ids', () => {
    const bytes = writeEvtx([...events.slice(0, 10), ...events.slice(100, 200)])
    const renamed = [placeOf(bytes, 8), placeOf(bytes, 9), placeOf(bytes, 10)]
    for (const [index, place] of renamed.entries()) bytes.writeBigUInt64LE(BigInt(501 + index), place + 8)
    const { ids } = new Volume(writeVolume({ 'Windows/System32/winevt/Logs/System.evtx': bytes })).history().system()
    expect(ids.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 101])
    expect(ids.slice(-4)).toEqual([200, 501, 502, 503])
  })

  test('are not rendered by a template that took the place of theirs', () => {
    const bytes = writeEvtx(events.slice(0, 4))
    const template = bytes.indexOf(Buffer.from([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]))
    bytes.writeUInt32LE(1, template)
    const problems = new Problems()
    const read = [...readEvents(bufferReader(bytes), problems)]
    expect(read.map(({ provider }) => provider)).toEqual(['B', 'B'])
    expect(problems.all().map(({ message }) => message)).toEqual([
      'Record 1 cannot be rendered: its template is gone',
      'Record 4 cannot be rendered: its template is gone',
    ])
  })

  test('of Windows XP are named', async () => {
    const old = Buffer.alloc(65_536)
    old.writeUInt32LE(48, 0)
    old.write('LfLe', 4, 'latin1')
    const problems = new Problems()
    expect([...readEvents(bufferReader(old), problems)]).toEqual([])
    expect(problems.all().map(({ code }) => code)).toEqual(['evtx-of-windows-xp'])
    const scan = await scanVolume(writeVolume({ 'WINDOWS/system32/config/SysEvent.Evt': old }))
    expect(scan.problems.map(({ code }) => code)).toContain('evtx-of-windows-xp')
  })

  test('lose one record where one is damaged', () => {
    const bytes = writeEvtx(events.slice(0, 5))
    const inRecord = bytes.indexOf(Buffer.from('2 2 2 ', 'utf16le'))
    bytes.fill(0xff, inRecord - 60, inRecord - 40)
    const problems = new Problems()
    expect([...readEvents(bufferReader(bytes), problems)].length).toBeGreaterThanOrEqual(4)
  })
})

describe('registry hives', () => {
  const tree = (keys: Record<string, WrittenKey>): WrittenKey => ({ keys })
  const open = (key: WrittenKey): Hive => openHive(bufferReader(writeHive(key)))

  test('are read without regard to case, with every kind of value', () => {
    const { root, problems } = open(
      tree({ Select: { values: { Current: 3, Name: 'Größe', Raw: Buffer.from([1, 2]) } } }),
    )
    expect(numberValue(root?.key('SELECT'), 'current')).toBe(3)
    expect(textValue(root?.key('select'), 'NAME')).toBe('Größe')
    expect(root?.key('Select')?.value('Raw')?.data).toEqual(Buffer.from([1, 2]))
    expect(root?.key('Select\\Missing')).toBeUndefined()
    expect(problems.all()).toEqual([])
  })

  test('hold values larger than a cell', () => {
    const big = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251))
    expect(open({ values: { big } }).root?.value('big')?.data).toEqual(big)
    const cut = writeHive(keyAt('A', { values: { big } }))
    const head = cut.indexOf('db', 'latin1')
    cut.writeInt32LE(-8, head - 4)
    expect(openHive(bufferReader(cut), []).root?.key('A')?.value('big')?.data).toHaveLength(0)
  })

  test('that are dirty say so, and are completed from their log', () => {
    const before = writeHive(tree({ Key: { values: { Version: 'old value' } } }), { isDirty: true })
    expect(
      openHive(bufferReader(before))
        .problems.all()
        .map(({ code }) => code),
    ).toEqual(['hive-dirty'])
    const after = writeHive(tree({ Key: { values: { Version: 'new value' } } }))
    const { root, problems } = openHive(bufferReader(before), [bufferReader(writeHiveLog(after, 7))])
    expect(textValue(root?.key('Key'), 'Version')).toBe('new value')
    expect(problems.all()).toEqual([])
  })

  test('do not take an old log for theirs', () => {
    const before = writeHive(tree({ Key: { values: { Version: 'newer' } } }), { isDirty: true })
    const stale = writeHiveLog(writeHive(tree({ Key: { values: { Version: 'older' } } })), 3)
    expect(textValue(openHive(bufferReader(before), [bufferReader(stale)]).root?.key('Key'), 'Version')).toBe('newer')
  })

  test('are completed only by entries that were written to their end', () => {
    const before = writeHive(tree({ Key: { values: { Version: 'old value' } } }), { isDirty: true })
    const log = writeHiveLog(writeHive(tree({ Key: { values: { Version: 'new value' } } })), 7)
    log.fill(0, log.length - 1_024, log.length - 512)
    log.writeUInt8(1, log.length - 600)
    const { root, problems } = openHive(bufferReader(before), [bufferReader(log)])
    expect(textValue(root?.key('Key'), 'Version')).toBe('old value')
    expect(problems.all().map(({ code }) => code)).toEqual(['hive-log-damaged', 'hive-dirty'])
  })

  test('of Windows 7 are completed from a log that is not older than they are', () => {
    const before = writeHive(tree({ Key: { values: { Version: 'old value' } } }), { isDirty: true })
    const log = writeOldHiveLog(writeHive(tree({ Key: { values: { Version: 'new value' } } })), 8)
    const versionOf = (hive: Buffer): string | undefined =>
      textValue(openHive(bufferReader(hive), [bufferReader(log)]).root?.key('Key'), 'Version')
    expect(versionOf(before)).toBe('new value')
    before.writeBigUInt64LE(1n, 12)
    before.writeUInt32LE(checksum(before), 508)
    expect(versionOf(before)).toBe('old value')
  })

  test.each([
    ['half written', (hive: Buffer) => hive.fill(0xaa, 100, 200), []],
    ['lost', (hive: Buffer) => hive.fill(0, 0, 512), ['hive-header-damaged']],
  ])('whose first sector is %s are opened by the copy in their log', (_, damage, codes) => {
    const hive = writeHive(tree({ Key: { values: { Version: 'old value' } } }))
    const log = writeHiveLog(writeHive(tree({ Key: { values: { Version: 'new value' } } })), 7)
    damage(hive)
    const { root, problems } = openHive(bufferReader(hive), [bufferReader(log)])
    expect(textValue(root?.key('Key'), 'Version')).toBe('new value')
    expect(problems.all().map(({ code }) => code)).toEqual(codes)
  })

  test.each([
    ['zeros', Buffer.alloc(8_192), 'hive-header-damaged'],
    ['something else', Buffer.alloc(8_192, 'x'), 'hive-header-damaged'],
    [
      'half a file',
      writeHive(mergeKeys(keyAt('A\\B', { values: { big: Buffer.alloc(20_000) } }))).subarray(0, 6_000),
      'hive-truncated',
    ],
  ])('that are %s end in a named problem', (_, bytes, code) => {
    expect(
      openHive(bufferReader(bytes))
        .problems.all()
        .map((problem) => problem.code),
    ).toContain(code)
  })
})

describe('Marvin32', () => {
  // The .NET Foundation's MarvinTests: the lengths that are multiples of four.
  test.each([
    [0x004fb61a, '', '30ed35c100cd3c7d'],
    [0x004fb61a, '8642dc59', '7008f2e87e9cf556'],
    [0x804fb61a, '', '10a9d5d3996fd65d'],
    [0x804fb61a, '8642dc59', '36289d9654fb49f6'],
  ])('with the seed %x of %j is as published', (high, bytes, hash) => {
    expect(marvin32(Buffer.from(bytes, 'hex'), { low: 0x001bdbcc, high: high | 0 }).toString(16)).toBe(hash)
  })
})

describe('version resources', () => {
  test('are read with a few small reads, whatever the size of the file', () => {
    const bytes = Buffer.concat([
      writePe({ version: '7.16.18605.0', company: 'CrowdStrike, Inc.', description: 'Sensor' }),
      Buffer.alloc(4_000_000),
    ])
    const counted = countReads(bufferReader(bytes))
    expect(readFileVersion(counted.reader)).toMatchObject({
      version: '7.16.18605.0',
      company: 'CrowdStrike, Inc.',
      description: 'Sensor',
    })
    expect(counted.bytes()).toBeLessThan(16_384)
  })

  test('are found where another section claims their place', () => {
    const bytes = writePe({ version: '6.3.9600.17415', hasReachingCode: true })
    expect(readFileVersion(bufferReader(bytes))?.version).toBe('6.3.9600.17415')
  })

  test('are absent from what is no program', () => {
    expect(readFileVersion(bufferReader(Buffer.alloc(40_000, 0xaa)))).toBeUndefined()
    expect(readFileVersion(bufferReader(Buffer.from('MZ')))).toBeUndefined()
  })
})

describe('UTF-16', () => {
  test('of an odd number of bytes at an odd place loses the last, and not the process', () => {
    const bytes = Buffer.alloc(60_001, 'A\0', 'latin1')
    for (let start = 1; start < 400; start += 2) expect(decodeUtf16(bytes, start, 20_001)).toHaveLength(10_000)
    expect(decodeUtf16(bytes, 59_999, 100)).toHaveLength(1)
    expect(decodeUtf16(bytes, 70_000, 100)).toBe('')
  })
})

/** Where a record with this id begins. */
function placeOf(log: Buffer, recordId: number): number {
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(BigInt(recordId))
  for (let at = log.indexOf('**\0\0', 0, 'latin1'); at >= 0; at = log.indexOf('**\0\0', at + 1, 'latin1')) {
    if (log.subarray(at + 8, at + 16).equals(head)) return at
  }
  throw new Error(`no record ${recordId}`)
}

function countReads(inner: Reader): { reader: Reader; bytes: () => number } {
  let total = 0
  const read: Reader['read'] = (offset, length) => {
    const bytes = inner.read(offset, length)
    total += bytes.length
    return bytes
  }
  return { reader: { ...inner, read }, bytes: () => total }
}

test('a time by its halves is the time', () => {
  const random = seededRandom(1)
  const since1970 = 116_444_736_000_000_000n
  const ticks = [0n, since1970, 2n ** 63n, 2n ** 64n - 1n]
  for (let n = 0; n < 10_000; n++) ticks.push(since1970 + BigInt(Math.floor(random() * 2 ** 53)))
  const byHalves = ticks.map((one) => halvesToMs(Number(one & 0xffffffffn), Number(one >> 32n)))
  expect(byHalves).toEqual(ticks.map(filetimeToMs))
})

test('a time is shown with all its digits, before 1970 too', () => {
  const shown = (ticks: bigint): string | undefined => halvesToIso(Number(ticks & 0xffffffffn), Number(ticks >> 32n))
  expect(shown(0n)).toBe('1601-01-01T00:00:00.000000000Z')
  expect(shown(133_658_573_401_234_567n)).toBe('2024-07-19T10:09:00.123456700Z')
  expect(shown(35_753_681_079_993_412n)).toBe('1714-04-20T13:48:27.999341200Z')
  expect(shown(2n ** 63n)).toBeUndefined()
})
