import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent, EventOf } from '@pumphandle/shared/wire'
import { beforeEach, describe, expect, it } from 'vitest'
import { asTold, learn, type Told, tell, toldBefore, writeTold } from '../src/run/told.ts'
import { memoryFolder } from './support/memory-folder.ts'

const START = Date.parse('2024-07-19T04:10:00.000Z')
const BY_UPTIME = { id: new Date(START).toISOString(), startedAt: START }

function boot(at: number, start: EventOf<'boot'>['start'] = 'cold'): EventOf<'boot'> {
  const bootId = new Date(at).toISOString()
  return { id: `boot:${bootId}`, at, type: 'boot', bootId, start, previous: { end: 'bugcheck' } }
}
function crash(id: string, at: number, bootId: string): EventOf<'crash'> {
  return { id, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50', parameters: ['0x1'], bootId, sources: [] }
}
const idsOf = (told: Told, events: AgentEvent[]): string[] => events.map((event) => asTold(told, event).id)

describe('what was told before the log had it', () => {
  let folder: string
  beforeEach(() => {
    folder = memoryFolder('told')
  })

  it('gives this boot, once it is logged, the name that hello gave it', () => {
    const told = tell({ names: {} }, BY_UPTIME, [])
    const later = learn(told, [boot(START - 86_400_000), boot(START - 2500)])
    expect(idsOf(later, [boot(START - 86_400_000), boot(START - 2500)])).toEqual([
      `boot:${new Date(START - 86_400_000).toISOString()}`,
      `boot:${BY_UPTIME.id}`,
    ])
    expect(asTold(later, crash('app', START + 1, boot(START - 2500).bootId)).bootId).toBe(BY_UPTIME.id)
  })

  it('holds for no other boot: not for a later one, nor for the kernel that fast start-up resumes', () => {
    const told = tell({ names: {} }, BY_UPTIME, [])
    expect(learn(told, [boot(START + 600_000)])).toBe(told)
    expect(learn(told, [boot(START + 1000, 'fast-startup')])).toBe(told)
    const named = learn(told, [boot(START - 2500)])
    expect(learn(named, [boot(START - 2500), boot(START + 60_000)])).toBe(named)
  })

  it('gives a crash that its dump alone told of the same id when the log tells of it too', () => {
    const byDump = crash('bugcheck:dump', START - 60_000, 'x')
    const told = tell({ names: {} }, BY_UPTIME, [byDump])
    const later = learn(told, [crash('bugcheck:log', START - 60_000, 'y'), crash('other', START - 90_000, 'y')])
    expect(idsOf(later, [crash('bugcheck:log', START - 60_000, 'y')])).toEqual(['bugcheck:dump'])
    expect(idsOf(later, [crash('other', START - 90_000, 'y')])).toEqual(['other'])
  })

  it('is remembered in this boot and its names after it; the next boot of a loop is another one', () => {
    writeTold(folder, learn(tell({ names: {} }, BY_UPTIME, []), [boot(START - 2500)]))
    expect(toldBefore(folder, START + 40, START + 9_000).boot).toEqual(BY_UPTIME)
    const next = toldBefore(folder, START + 40_000, START + 49_000)
    expect(next.boot).toBeUndefined()
    expect(idsOf(next, [boot(START - 2500)])).toEqual([`boot:${BY_UPTIME.id}`])
  })

  describe('by a clock that begins at the same second each morning', () => {
    const lagging = (record: number, at: number): EventOf<'boot'> => {
      const bootId = `${new Date(START).toISOString()}:${record}`
      return { id: `boot:${bootId}`, at, type: 'boot', bootId, start: 'cold', previous: { end: 'unexpected' } }
    }

    it('is of another boot where the computer ran longer then', () => {
      writeTold(folder, tell({ names: {} }, { ...BY_UPTIME, uptimeMs: 50_000 }, []))
      expect(toldBefore(folder, START, START + 60_000).boot).toMatchObject(BY_UPTIME)
      expect(toldBefore(folder, START, START + 20_000).boot).toBeUndefined()
    })

    it('names the boot that is logged after it, whenever the clock was set, and not yesterday’s', () => {
      const told = tell({ names: {} }, { ...BY_UPTIME, newestRecord: 100 }, [])
      const yesterday = lagging(90, START + 700 * 86_400_000)
      expect(learn(told, [yesterday])).toBe(told)
      const today = lagging(101, START + 701 * 86_400_000)
      expect(idsOf(learn(told, [yesterday, today]), [yesterday, today])).toEqual([yesterday.id, `boot:${BY_UPTIME.id}`])
    })
  })

  it('is nothing where its file came back as zeros', () => {
    writeFileSync(join(folder, 'told.json'), Buffer.alloc(200))
    expect(toldBefore(folder, START, START)).toEqual({ names: {} })
  })
})
