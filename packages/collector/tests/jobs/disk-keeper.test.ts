import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DiskKeeper } from '../../src/jobs/disk-keeper.ts'
import { StillClock } from '../serve/support/temp-store.ts'

const GB = 2 ** 30
let folder: string
let keeper: DiskKeeper | undefined
let free: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-keeper-'))
})
afterEach(async () => {
  await keeper?.close()
  rmSync(folder, { recursive: true })
})

/** What is told of a disk that large, as room comes and goes. */
async function told(sizeGb: number, freeGb: readonly number[]): Promise<string[]> {
  const made = new DiskKeeper({
    clock: new StillClock(0),
    log: pino({ level: 'silent' }),
    watched: [
      { code: 'disk-nearly-full', folder, advice: 'Make room.' },
      { code: 'disk-backup-nearly-full', folder: join(folder, '.'), advice: 'Make room there.' },
      { code: 'disk-missing', folder: join(folder, 'none'), advice: 'Nobody is told.' },
    ],
    room: async () => ({ size: sizeGb * GB, free: free * GB }),
  })
  keeper = made
  const said: string[] = []
  for (const now of freeGb) {
    free = now
    await made.run()
    said.push(made.problems.map(({ code, severity }) => `${code} ${severity}`).join())
  }
  return said
}

test('a disk with less than a tenth free is told of, over with a little more, and an error near the end', async () => {
  expect(await told(100, [11, 9.9, 2.9, 9, 11, 12.1, 11])).toEqual([
    '',
    'disk-nearly-full warning',
    'disk-nearly-full error',
    'disk-nearly-full warning',
    'disk-nearly-full warning',
    '',
    '',
  ])
})

test('a tenth of a large disk is room for years', async () => {
  expect(await told(10_000, [60, 49])).toEqual(['', 'disk-nearly-full error'])
})

test('the sentence says how much is left and what to do', async () => {
  await told(10, [0.25])
  expect(keeper?.problems[0]?.title).toBe(`The disk of ${folder} is nearly full: 2% is free (256 MB). Make room.`)
})
