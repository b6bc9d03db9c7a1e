import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createVolumeObserver } from '../src/run/volume-observer.ts'
import { readEventXml } from '../src/windows/event-xml.ts'
import { readAnswer, type SystemChannel } from '../src/windows/system-channel.ts'
import { Story } from './support/story.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeVolume } from './support/write-volume.ts'

/** `wevtutil qe System /f:xml /rd:true /c:7` after a restart from a bugcheck, written after real events. */
const RECORDED = readFileSync(join(import.meta.dirname, 'fixtures/wevtutil-system.xml'), 'utf8')

const BOOT_BEFORE = Date.parse('2024-07-19T03:01:00.000Z')
function volumeOfBootBefore(): string {
  const story = new Story('SURGERY-PC-07').boot(BOOT_BEFORE)
  return writeVolume({ 'Windows/System32/winevt/Logs/System.evtx': writeEvtx(story.events) })
}
const answers = (newerThan: (id: number) => Promise<ReturnType<typeof readEventXml>>): SystemChannel => ({ newerThan })

describe('what wevtutil wrote', () => {
  const events = readAnswer(Buffer.from(RECORDED), 4)

  it('becomes events as the log’s file gives them, oldest first, without those that the file has', () => {
    expect(events.map(({ recordId, eventId }) => [recordId, eventId])).toEqual([
      [5, 12],
      [6, 41],
      [7, 6008],
      [8, 6005],
      [9, 1001],
      [10, 7036],
    ])
    expect(events[1]).toEqual({
      recordId: 6,
      time: '2024-07-19T04:12:35.500000000Z',
      channel: 'System',
      provider: 'Microsoft-Windows-Kernel-Power',
      eventId: 41,
      computer: 'SURGERY-PC-07',
      data: [
        ['BugcheckCode', '80'],
        ['BugcheckParameter1', '0xffff9c8e0000008a'],
        ['BugcheckParameter2', '0x0'],
        ['BugcheckParameter3', '0xfffff802375414ed'],
        ['BugcheckParameter4', '0x0'],
        ['SleepInProgress', '0'],
        ['PowerButtonTimestamp', '0'],
        ['BootAppStatus', '0'],
      ],
    })
  })
  it('keeps unnamed values, entities and marks of direction', () => {
    expect(events[2]?.data).toEqual([
      [null, '04:11:05'],
      [null, '\u200e19.\u200e07.\u200e2024'],
      [null, ''],
      [null, ''],
      [null, '4205'],
    ])
    expect(events[5]?.data).toEqual([
      ['param1', 'Müller & Söhne <Dienst> "A"'],
      ['param2', 'ausgeführt'],
    ])
  })
  it('is the same as UTF-16, which the agent asks for', () => {
    const wide = Buffer.from(`\ufeff${RECORDED}`, 'utf16le')
    expect(readAnswer(wide, 4)).toEqual(events)
    expect(readAnswer(wide.subarray(2), 4)).toEqual(events)
  })
  it('may be cut off, damaged or empty: what is whole is read', () => {
    expect(readEventXml(RECORDED.slice(0, 2000)).length).toBeLessThan(7)
    expect(readEventXml('<Event><System><EventID>1</EventID></System></Event>')).toEqual([])
    for (const part of ['<Event>', '<System>', '</Event>', '<Data Name='])
      expect(readEventXml(part.repeat(50_000))).toEqual([])
    expect(readAnswer(Buffer.alloc(0), 0)).toEqual([])
  })
})

describe('a look at a running Windows', () => {
  it('joins the crash that only the event log service knows with the boot that the file has', async () => {
    const dir = volumeOfBootBefore()
    const asked: number[] = []
    const channel = answers(async (id) => {
      asked.push(id)
      return readAnswer(Buffer.from(RECORDED), id)
    })
    const { events } = await createVolumeObserver(dir, undefined, () => channel).look()
    rmSync(dir, { recursive: true })
    expect(asked).toEqual([new Story().boot(BOOT_BEFORE).events.length])
    expect(events.filter(({ type }) => type === 'boot')).toHaveLength(2)
    expect(events.find(({ type }) => type === 'crash')).toMatchObject({
      id: 'bugcheck:2024-07-19T03:01:00.000Z',
      stopCode: '0x50',
      sources: ['log-41', 'log-1001'],
    })
  })

  it('does without where Windows does not answer, and says so', async () => {
    const dir = volumeOfBootBefore()
    const channel = answers(() => Promise.reject(new Error('timed out')))
    const { events, inventory } = await createVolumeObserver(dir, undefined, () => channel).look()
    rmSync(dir, { recursive: true })
    expect(events.filter(({ type }) => type === 'boot')).toHaveLength(1)
    expect(inventory.problems).toContainEqual(expect.objectContaining({ code: 'channel-unanswered' }))
  })
})
