import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualFleet } from '../support/virtual-fleet.ts'

// Whoever has one machine's key makes copies of it, and copies of the copies, each of which comes in by itself.

const COPIES_A_DAY = 50
let folder: string
let fleet: VirtualFleet
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-copies-'))
  fleet = new VirtualFleet(folder)
  await fleet.start()
})
afterEach(async () => {
  await fleet.context.close()
  rmSync(folder, { recursive: true, force: true })
})

async function enrolled(token: string, site?: string): Promise<string> {
  const request = { computerName: 'PC', agentVersion: '0.1.0', ...(site !== undefined && { site }) }
  return (await fleet.context.enrolment.enrol(token, request))?.machine ?? ''
}

/** What the copy of a machine may enrol anew by. */
async function tokenFor(uid: string): Promise<string | undefined> {
  const machine = fleet.context.fleet.byUid(uid)
  return machine && fleet.context.identity.ofMachines.tokenFor(machine)
}

test('copies of copies come in as those of the practice, so many a day; a restart gives none back', async () => {
  const { enrolment } = fleet.context
  const given = { name: 't', days: 9, maxUses: null, createdBy: 't' }
  const { secret: here } = await enrolment.createToken({ ...given, site: 'A81001' })
  const { secret: there } = await enrolment.createToken({ ...given, site: 'A81002' })
  const first = await enrolled(here)
  const copy = await enrolled((await tokenFor(first)) ?? '')
  // the copy's copies are not counted by themselves
  for (let n = 1; n < COPIES_A_DAY; n++) expect(await tokenFor(n % 2 === 0 ? first : copy)).toBeDefined()
  expect([await tokenFor(first), await tokenFor(copy)]).toEqual([undefined, undefined])
  expect(await tokenFor(await enrolled(there))).toBeDefined()
  await fleet.restart(1_000)
  expect(await tokenFor(copy)).toBeUndefined()
})

test('the copy of a machine of no practice belongs to none, whatever it says', async () => {
  const { enrolment, fleet: machines } = fleet.context
  const { secret } = await enrolment.createToken({ name: 't', site: null, days: 9, maxUses: null, createdBy: 't' })
  const first = await enrolled(secret)
  const copy = await enrolled((await tokenFor(first)) ?? '', 'A81009')
  expect(machines.byUid(copy)).toMatchObject({ site: 0 })
})
