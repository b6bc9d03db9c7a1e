import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layOutWindows } from '../../scripts/package/windows.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { browserFetch, PASSWORD } from '../support/signed-in.ts'
import { hasWine, startWine, type Wine } from '../support/wine.ts'
import { enrolByKey, WireClient } from '../support/wire-client.ts'

// The collector's folder for Windows, on Wine: what `npm run build:server -- --windows` makes, started by its own script.

const HOME = 'C:\\Program Files\\Pumphandle'
const DATA = 'C:\\ProgramData\\Pumphandle\\data'

describe.skipIf(!hasWine)('the collector on Windows', () => {
  let wine: Wine
  let port: number
  let url: string
  let serving: Promise<{ code: number; output: string }> | undefined

  beforeAll(async () => {
    wine = await startWine()
    await layOutWindows(join(wine.drive, 'Program Files/Pumphandle'))
    port = await freePort()
    url = `http://127.0.0.1:${port}`
    const settings = join(wine.drive, 'ProgramData/Pumphandle')
    mkdirSync(settings, { recursive: true })
    writeFileSync(join(settings, 'pumphandle.env'), `PUMPHANDLE_PORT=${port}\r\nPUMPHANDLE_LOG_LEVEL=warn\r\n`)
  })
  afterAll(async () => {
    await end()
    wine?.remove()
  })

  const pumphandle = (...args: string[]) => wine.run('cmd', '/d', '/c', `${HOME}\\pumphandle.cmd`, ...args)
  async function serve(): Promise<void> {
    serving = pumphandle('serve')
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200))
  }
  /** As Task Scheduler ends a task: without a word. */
  async function end(): Promise<void> {
    if (!serving) return
    await wine.run('taskkill', '/f', '/im', 'node.exe')
    await serving
    serving = undefined
  }

  test('serves people and machines, is ended without a word, and has everything when it is back', async () => {
    await serve()
    const invited = await pumphandle('users', 'invite', 'ada@example.nhs.uk', '--role', 'admin', '--data', DATA)
    const [, token = ''] = /welcome#(\S+)/.exec(invited.output) ?? []
    const admin = createClient({ url, fetch: browserFetch(url) })
    await admin.call('redeem', { body: { token, name: 'Ada', password: PASSWORD, email: 'ada@example.nhs.uk' } })
    expect(await (await fetch(url)).text()).toContain('<!doctype html>')
    const made = await admin.call('enrolmentTokenAdd', { body: { name: 'first', site: 'A81001', days: 7, maxUses: 5 } })
    const machine = await enrolByKey(url, made.secret, { computerName: 'FIRST-PC' })
    const client = await WireClient.connect(url, machine, { computerName: 'FIRST-PC' })
    await client.deliver(1, [{ id: 'b1', at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }])
    client.socket.terminate()
    const copied = await pumphandle('backup', 'C:\\copy.db', '--data', DATA)
    expect(copied.output).toContain('copy.db')
    expect(copied.code).toBe(0)
    await end()
    await serve()
    const again = createClient({ url, fetch: browserFetch(url) })
    await again.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    const { items } = await again.call('machines', { query: { q: 'stop:0x50' } })
    expect(items.map(({ name }) => name)).toEqual(['FIRST-PC'])
  })
})
