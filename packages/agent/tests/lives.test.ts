import { describe, expect, test } from 'vitest'
import { scanVolume } from '../src/scan.ts'
import type { Boot } from '../src/sources/boots/boot.ts'
import { readStarts } from '../src/sources/starts/starts.ts'
import { Volume } from '../src/volume/volume.ts'
import { Life } from './support/life.ts'
import { seededRandom } from './support/mutate.ts'
import { writeEvtx } from './support/write-evtx.ts'
import { writeVolume } from './support/write-volume.ts'

/** A start is known to a few minutes where its clock was wrong at first. */
const SAME_START_MS = 3 * 60_000
const LIVES = 100
const CUT_LIVES = 50

const shape = ({ bootId, startedAt, start, end, previous }: Boot) => [bootId, startedAt, start, end, previous.end]

function startsOf(dir: string, scope: 'recent' | 'all'): Boot[] {
  const volume = new Volume(dir)
  const { boots } = readStarts(volume, scope).facts
  volume.close()
  return boots
}

describe('a life drawn by chance', () => {
  test(`is told as it was, ${LIVES} times, by all of the log and alike by its newest part`, async () => {
    for (let seed = 1; seed <= LIVES; seed++) {
      const life = new Life(seed)
      const log = { 'Windows/System32/winevt/Logs/System.evtx': writeEvtx(life.story.events) }
      const dir = writeVolume({ ...log, ...life.dumps })
      const { boots, crashes } = await scanVolume(dir)
      const crashesOf = (boot: Boot): number => crashes.filter(({ bootId }) => bootId === boot.bootId).length
      // each with its number, so that a failure names it
      const whole = boots.map((boot) => {
        const isNear = life.sessions.some(
          ({ startedAt }) => Math.abs(Date.parse(boot.startedAt) - startedAt) < SAME_START_MS,
        )
        return {
          seed,
          start: boot.start,
          end: boot.end,
          reason: boot.endReason ?? '',
          isNear,
          crashes: crashesOf(boot),
        }
      })
      expect(whole).toEqual(
        life.sessions.map(({ start, end, reason = /^/ }) => {
          const dead = end === 'bugcheck' ? 1 : 0
          return { seed, start, end, reason: expect.stringMatching(reason) as string, isNear: true, crashes: dead }
        }),
      )
      expect([seed, crashes.length]).toEqual([seed, life.crashes])
      const recent = startsOf(dir, 'recent')
      expect([seed, ...recent.map(shape)]).toEqual([seed, ...boots.slice(-recent.length).map(shape)])
    }
  })

  test('of which the log has lost the beginning is told so from its second start on', () => {
    const random = seededRandom(7)
    for (let seed = 1; seed <= CUT_LIVES; seed++) {
      const { story, sessions } = new Life(seed)
      const left = story.events.slice(Math.floor(random() * 0.9 * story.events.length))
      const dir = writeVolume({ 'Windows/System32/winevt/Logs/System.evtx': writeEvtx(left) })
      const told = startsOf(dir, 'all').slice(1)
      const tail = sessions.slice(sessions.length - told.length)
      const shapeOf = ({ start, end }: Pick<Boot, 'start' | 'end'>): string[] => [start, end]
      expect([seed, ...told.map(shapeOf)]).toEqual([seed, ...tail.map(shapeOf)])
    }
  })
})
