import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CrashRow, MachineRow } from '@pumphandle/shared/api'
import { type Client, createClient } from '@pumphandle/shared/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildFalconVolume, FALCON_NIGHT } from '../../packages/agent/tests/support/falcon-volume.ts'
import { launchBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { Program } from '../support/processes.ts'
import { sharedDir } from '../support/shared.ts'
import { browserFetch, PASSWORD } from '../support/signed-in.ts'

// One crash from the event log to the screen: the real agent and the real collector as processes, a real port and file,
// a real browser; then the collector is killed, and everything is still there, nothing twice.

const folder = mkdtempSync(join(tmpdir(), 'pumphandle-e2e-'))
const data = join(folder, 'collector')
const EMAIL = 'ada@example.nhs.uk'
let collector: Program
let port: number
let url: string
let admin: Client
let browser: Browser
let page: Page

/** A Windows volume of files beside the checkout. */
function volumeOf(name: string, files: Record<string, string>): string {
  const volume = join(folder, name)
  for (const [path, artefact] of Object.entries(files)) {
    mkdirSync(dirname(join(volume, path)), { recursive: true })
    cpSync(join(sharedDir ?? '', 'windows-artefacts', artefact), join(volume, path))
  }
  return volume
}

async function serve(): Promise<Program> {
  const program = new Program('packages/cli/src/main.ts', ['serve', '--port', String(port), '--data', data])
  url = (await program.prints(/Pumphandle is at (\S+)/))[1] ?? ''
  return program
}

/** Runs the agent on a volume until the collector has everything of it. */
async function report(volume: string): Promise<MachineRow> {
  const before = (await admin.call('machines', { query: {} })).items.map((machine) => machine.id)
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: volume, maxUses: 1, anySite: true } })
  const agentData = mkdtempSync(join(folder, 'agent-'))
  const agent = new Program('packages/agent/src/main.ts', [
    'run',
    '--volume',
    volume,
    '--collector',
    url,
    `--token=${secret}`,
    '--data',
    agentData,
  ])
  const machine = await eventually(async () => {
    const { items } = await admin.call('machines', { query: {} })
    const found = items.find((item) => !before.includes(item.id))
    return found?.os ? found : undefined
  })
  await agent.end('SIGTERM')
  return machine
}

/** Asks again until there is an answer; the test's own time limit ends it. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function everything(machine: string): Promise<{ crashes: CrashRow[]; events: string[] }> {
  const crashes = await admin.call('machineCrashes', { path: { id: machine }, query: { limit: 500 } })
  const timeline = await admin.call('timeline', { path: { id: machine }, query: { limit: 500 } })
  const fromAgent = timeline.items.filter((entry) => entry.event !== null)
  return { crashes: crashes.items, events: fromAgent.map((entry) => `${entry.type} ${entry.event?.id}`) }
}

beforeAll(async () => {
  browser = await launchBrowser()
  port = await freePort()
  collector = await serve()
  const link = (await collector.prints(/Sign in, once, with (\S+)/))[1] ?? ''
  page = await (await browser.newContext({ baseURL: url })).newPage()
  await page.goto(link)
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Email').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/`)
  admin = createClient({ url, fetch: browserFetch(url) })
  await admin.call('signIn', { body: { email: EMAIL, password: PASSWORD } })
})

afterAll(async () => {
  await browser?.close()
  await collector?.end()
  rmSync(folder, { recursive: true, force: true })
})

test('a crash that a Falcon channel file caused is on the screen with stop code, culprit and time', async () => {
  const machine = await report(buildFalconVolume({ dir: join(folder, 'falcon') }))
  expect(machine.name).toBe(FALCON_NIGHT.computer)
  await page.goto(`/machines/${machine.id}`)
  await page.getByText('0x50').first().waitFor()
  await page.getByText('PAGE_FAULT_IN_NONPAGED_AREA').first().waitFor()
  await page.getByText('csagent.sys').first().waitFor()
  const at = new Date(FALCON_NIGHT.crashedAt).toISOString().slice(0, 19)
  await page.locator(`time[datetime^="${at}"]`).first().waitFor({ state: 'attached' })
})

describe.skipIf(sharedDir === undefined)('with the event logs of real machines', () => {
  let crashed: MachineRow

  test('the bugcheck of pyevtx_system.evtx is on its machine’s page', async () => {
    crashed = await report(
      volumeOf('win7', { 'Windows/System32/winevt/Logs/System.evtx': 'eventlogs/pyevtx_system.evtx' }),
    )
    expect(crashed.lastCrashStop).toBe('0x10001')
    await page.goto(`/machines/${crashed.id}`)
    await page.getByText('0x10001').first().waitFor()
    await page.locator('time[datetime^="2012-04-06T14:06:51"]').first().waitFor({ state: 'attached' })
  })

  test('event log and hive of one machine tell its name, Windows build and Defender signatures', async () => {
    const machine = await report(
      volumeOf('win10', {
        'Windows/System32/winevt/Logs/System.evtx': 'eventlogs/omer_system.evtx',
        'Windows/System32/config/SYSTEM': 'hives/SYSTEM_WIN_10_1709',
      }),
    )
    expect(machine.name).toBe('DESKTOP-2KGM189')
    await page.goto(`/machines/${machine.id}`)
    await page.getByText('1.293.1707.0').first().waitFor()
    await page.getByText('15063.413').first().waitFor()
  })

  test('after the collector was killed everything is still there, and nothing twice', async () => {
    const before = await everything(crashed.id)
    expect(before.crashes).toHaveLength(1)
    expect(new Set(before.events).size).toBe(before.events.length)
    await collector.end('SIGKILL')
    collector = await serve()
    expect(await everything(crashed.id)).toEqual(before)
    await page.goto(`/machines/${crashed.id}`)
    await page.getByText('0x10001').first().waitFor()
  })
})
