import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { firstAdmin, PASSWORD } from '../support/signed-in.ts'
import { violations } from './dashboard-accessible.ts'
import { settled } from './dashboard-pages.ts'

const DESK = { viewport: { width: 1440, height: 900 } }

let dir: string
let collector: Collector
let admin: Client
let browser: Browser

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-factor-'))
  const settings = { PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: dir, PUMPHANDLE_LOG_LEVEL: 'silent' }
  // browsers make passkeys for names
  collector = await startCollector(readConfig({ ...settings, PUMPHANDLE_HOST: 'localhost' }))
  admin = await firstAdmin(collector)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await collector?.close()
  rmSync(dir, { recursive: true, force: true })
})

const invite = async (email: string) => (await admin.call('invite', { body: { email, role: 'viewer' } })).link

async function welcomed(email: string, link: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: collector.url, ...DESK })
  const page = await context.newPage()
  await page.goto(link)
  await page.getByLabel('Your name').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Start' }).click()
  return page
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /menu of/ }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('Password forgotten?').waitFor()
}

async function account(page: Page): Promise<void> {
  await page.getByRole('button', { name: /menu of/ }).click()
  await page.getByRole('link', { name: 'Your account' }).click()
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel(/^Email/).fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
}

async function axe(page: Page): Promise<void> {
  await settled(page)
  expect(await violations(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(DESK.viewport)
}

const codeOf = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

test('an admin says on the page of users of whom one is demanded, and no runbook runs anything', async () => {
  const context = await browser.newContext({ baseURL: collector.url, ...DESK })
  const page = await context.newPage()
  await page.goto('/settings/users')
  await page.getByLabel(/^Email/).fill('ada@example.nhs.uk')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const demanded = page.getByLabel('Required of')
  await demanded.selectOption({ label: 'Everybody' })
  // of who says so too, at once
  await page.getByRole('heading', { level: 1, name: 'Set up a second factor' }).waitFor()
  await collector.context.settings.change({ secondFactorFrom: 'nobody' }, 'test', collector.context.clock)
  await page.reload()
  expect(await demanded.inputValue()).toBe('nobody')
  await axe(page)
  // the same admin, who is signed in: what a runbook brings along neither runs nor loads
  const markdown = [
    'Steps **first** [safe](https://example.org)',
    '<script>document.title = "ran"</script><img src=x onerror="document.title = \'ran\'">',
    '<svg onload="document.title = \'ran\'"></svg><iframe src="//evil.example"></iframe><style>*{display:none}</style>',
    '<form action="//evil.example"><input name=a></form>',
    'Links: [run](javascript:document.title=1) [data](data:text/html,x)',
    '<a href="&#106;avascript:x" onclick="x" style="position:fixed" id="root">y</a>',
  ].join('\n\n')
  await admin.call('runbookPut', { path: { id: 'x' }, body: { title: 'Odd', markdown, matches: [] } })
  await page.goto('/settings/runbooks')
  await page.getByText('Odd').first().click()
  const shown = page.locator('details[open] .markdown')
  await shown.getByRole('link', { name: 'safe' }).waitFor()
  const html = await shown.innerHTML()
  expect(html).toContain('<strong>first</strong>')
  expect(html).toContain('>run</a>')
  expect(html).not.toMatch(/<(script|img|svg|iframe|style|form|input)|\bon\w+=|="(?!https:)|style=|id=|class=/i)
  expect(await page.title()).not.toContain('ran')
  await context.close()
})

test('an app is added on the account page, and its code signs in; a recovery code does it, too', async () => {
  const page = await welcomed('app@example.org', await invite('app@example.org'))
  await account(page)
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await page.getByRole('img', { name: 'Secret for the authenticator app' }).waitFor()
  const secret = await page.locator('code').innerText()
  await axe(page)
  const add = page.getByRole('button', { name: 'Add', exact: true })
  await page.getByLabel('Code').fill(codeOf(secret, Date.now()))
  await page.getByLabel('Your password').fill('not the password')
  await add.click()
  await page.getByRole('alert').getByText('The current password is wrong.').waitFor()
  await page.getByLabel('Your password').fill(PASSWORD)
  await add.click()
  await page.getByText('Recovery codes: write them down now').waitFor()
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts()
  expect(codes).toHaveLength(10)
  await page.getByRole('table', { name: 'Second factors' }).getByText('Authenticator app').first().waitFor()
  await axe(page)
  await signOut(page)

  await signIn(page, 'app@example.org')
  await axe(page)
  await page.getByLabel(/Code of your/).fill('000000')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The second factor is wrong').waitFor()
  // of the step after, for a code is good once; however slow the browser is, it is of now or of a step beside
  await page.getByLabel(/Code of your/).fill(codeOf(secret, Date.now() + 30_000))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await account(page)
  await signOut(page)
  await signIn(page, 'app@example.org')
  await page.getByLabel(/Code of your/).fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await account(page)
  await page.getByText('9 codes are left.').waitFor()
  await page.context().close()
})

test('where one is demanded, a passkey has to be made first; it signs in, and others are signed out', async () => {
  const link = await invite('key@example.org')
  await admin.call('settingsChange', { body: { secondFactorFrom: 'viewer' } })
  const page = await welcomed('key@example.org', link)
  // a key as a computer has it: of Chromium's own tools, so that the browser's part of it is the real one
  const tools = await page.context().newCDPSession(page)
  await tools.send('WebAuthn.enable')
  await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.getByRole('heading', { level: 1, name: 'Set up a second factor' }).waitFor()
  // and nothing else, whatever address is asked for
  for (const address of ['/machines', '/settings', '/account', '/wall']) {
    await page.goto(address)
    await page.getByRole('heading', { level: 1, name: 'Set up a second factor' }).waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
  }
  await axe(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Name of the passkey').fill('laptop')
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('Recovery codes: write them down now').waitFor()
  await axe(page)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.goto('/account')
  await page.getByRole('table', { name: 'Second factors' }).getByText('laptop').first().waitFor()
  await signOut(page)
  await signIn(page, 'key@example.org')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await account(page)

  // somewhere else, and not any more
  const other = await browser.newContext({ baseURL: collector.url, ...DESK })
  const elsewhere = await other.newPage()
  const cookies = await page.context().cookies()
  await signOut(page)
  await signIn(page, 'key@example.org')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await account(page)
  await other.addCookies(cookies)
  await elsewhere.goto('/account')
  // the copy of a session that was signed out is worth nothing
  await elsewhere.getByText('Password forgotten?').waitFor()
  const sessions = page.getByRole('table', { name: 'Sessions' })
  await sessions.getByText('Chrome on Linux, this one').waitFor()
  await other.close()
  await page.context().close()
})
