import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layOutWindows } from '../../scripts/package/windows.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { browserFetch, PASSWORD } from '../support/signed-in.ts'
import { hasWine, startWine, type Wine } from '../support/wine.ts'
import { enrolByKey, WireClient } from '../support/wire-client.ts'

// The collector's folder for Windows, on Wine: what `npm run build:server -- --windows` makes, as docs/operations/windows.md says.

const HOME = 'C:\\Program Files\\Pumphandle'
const DATA = 'C:\\ProgramData\\Pumphandle\\data'

describe.skipIf(!hasWine)('the collector on Windows', () => {
  let wine: Wine
  let port: number
  let url: string
  let settings: string

  beforeAll(async () => {
    wine = await startWine()
    await layOutWindows(join(wine.drive, 'Program Files/Pumphandle'))
    port = await freePort()
    url = `http://127.0.0.1:${port}`
    settings = join(wine.drive, 'ProgramData/Pumphandle')
    mkdirSync(settings, { recursive: true })
    writeFileSync(join(settings, 'pumphandle.env'), `PUMPHANDLE_PORT=${port}\r\nPUMPHANDLE_LOG_LEVEL=warn\r\n`)
  })
  afterAll(() => wine?.remove())

  const script = (name: string, ...args: string[]) => wine.run('cmd', '/d', '/c', `${HOME}\\${name}`, ...args)
  const pumphandle = (...args: string[]) => script('pumphandle.cmd', ...args)
  const state = async () => /STATE +: \d +(\w+)/.exec((await wine.run('sc', 'query', 'pumphandle')).output)?.[1]
  const log = () => readFileSync(join(settings, 'collector.log'), 'utf8')
  const isReady = () => eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200))

  test('serves people and machines, is killed, and has everything when it is back as a service', async () => {
    // by hand: Wine's service manager does not see that a service was killed
    const serving = pumphandle('serve')
    await isReady()
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
    await wine.run('taskkill', '/f', '/im', 'node.exe')
    await serving
    expect(await script('install-collector.cmd')).toMatchObject({ code: 0 })
    await isReady()
    expect(await state()).toBe('RUNNING')
    const again = createClient({ url, fetch: browserFetch(url) })
    await again.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    const { items } = await again.call('machines', { query: { q: 'stop:0x50' } })
    expect(items.map(({ name }) => name)).toEqual(['FIRST-PC'])
  })

  test('stops at a word, is upgraded in place, says in its log why it did not start, and goes', async () => {
    expect(await wine.run('net', 'stop', 'pumphandle')).toMatchObject({ code: 0 })
    expect(await state()).toBe('STOPPED')
    await layOutWindows(join(wine.drive, 'Program Files/Pumphandle'))
    await wine.run('net', 'start', 'pumphandle')
    await isReady()
    await wine.run('net', 'stop', 'pumphandle')
    writeFileSync(join(settings, 'pumphandle.env'), 'PUMPHANDLE_PORT=nonsense\r\n')
    await wine.run('net', 'start', 'pumphandle')
    await eventually(() => expect(log()).toContain('PUMPHANDLE_PORT is \\"nonsense\\"; set a number'))
    await eventually(async () => expect(await state()).toBe('STOPPED'))
    await wine.run('sc', 'delete', 'pumphandle')
    expect(await state()).toBeUndefined()
  })
})
