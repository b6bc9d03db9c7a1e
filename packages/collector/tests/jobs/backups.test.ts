import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, HOUR } from '@pumphandle/shared/time'
import pino from 'pino'
import { expect, test } from 'vitest'
import { Backups } from '../../src/jobs/backups.ts'
import { openStore } from '../../src/store/index.ts'
import { StillClock } from '../serve/support/temp-store.ts'

test('copies are made by themselves, the oldest go, and one that fails is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-backups-'))
  const file = join(folder, 'pumphandle.db')
  const store = await openStore({ kind: 'sqlite', file })
  const clock = new StillClock(Date.now())
  const copies = join(folder, 'copies')
  const backups = new Backups({
    clock,
    log: pino({ level: 'silent' }),
    file,
    settings: { folder: copies, hours: 24, keep: 2 },
  })
  for (let day = 0; day < 4; day++) {
    await backups.run()
    await backups.run()
    clock.time += DAY + HOUR
  }
  expect(readdirSync(copies)).toHaveLength(2)
  expect(statSync(copies).mode & 0o777).toBe(0o700)
  expect(backups.problem).toBeUndefined()
  await store.close()
  rmSync(file)
  await expect(backups.run()).rejects.toThrow('no such file')
  expect(backups.problem).toMatchObject({ code: 'backup-failed', severity: 'warning' })
  await backups.close()
  rmSync(folder, { recursive: true })
})
