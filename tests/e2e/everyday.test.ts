import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { PASSWORD } from '../support/signed-in.ts'
import { inDemo } from './dashboard-demo.ts'
import { isFalcon } from './dashboard-given.ts'
import { pagesOf, settled } from './dashboard-pages.ts'

const DESK = { viewport: { width: 1440, height: 900 } }
const TELEPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

inDemo(({ world, browser }) => {
  async function open(path: string, job: (page: Page) => Promise<void>): Promise<void> {
    const context = await world().signIn(browser(), DESK)
    const page = await context.newPage()
    await page.goto(path)
    await job(page)
    await context.close()
  }

  test('what the organisation owns and has no agent is listed, from its own directory', () =>
    open('/', async (page) => {
      const { items } = await world().admin.call('machines', { query: { q: '', limit: 3 } })
      const rows = [...items.map(({ name }) => name), 'Z90008-PC97', 'Z90008-PC98'].map(
        (name) => `${name},${name.toLowerCase()}.example.nhs.uk,True,2026-07-19 04:09:00,Windows 11 Enterprise`,
      )
      const csv = ['Name,DNSHostName,Enabled,LastLogonDate,OperatingSystem', ...rows].join('\n')
      await page.getByRole('link', { name: 'Machines', exact: true }).click()
      await page.getByRole('link', { name: 'Coverage' }).click()
      await page
        .getByLabel('File')
        .setInputFiles({ name: 'computers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      await page.getByRole('button', { name: 'Show what would change' }).click()
      await page.getByText('Nothing is changed yet').waitFor()
      await page.getByRole('button', { name: 'Import 5 machines' }).click()
      await page.getByRole('heading', { level: 1, name: '60% of what we own is watched' }).waitFor()
      const missing = page.getByRole('table', { name: 'Machines' })
      await missing.getByText('Z90008-PC97').waitFor()
      expect(await missing.getByRole('row').count()).toBe(3)
      await page.getByText(/msiexec .* SITE=Z90008/).waitFor()
      await page.getByRole('button', { name: /^On no list 1,197/ }).click()
      await missing.getByRole('link').first().waitFor()
    }))

  test('a question is saved, pinned for everybody, and removed', () =>
    open('/machines?q=state:dark', async (page) => {
      await page.getByRole('button', { name: 'Saved' }).click()
      await page.getByLabel('Name').fill('Who is dark')
      await page.getByLabel('Tell our channels when it finds machines').check()
      await page.getByRole('button', { name: 'Save it' }).click()
      await page.getByText('channels are told').waitFor()
      await page.goto('/')
      await page.getByRole('region', { name: 'Our questions' }).getByRole('link', { name: 'Who is dark' }).click()
      await page.getByRole('heading', { level: 1, name: 'Machines' }).waitFor()
      const { items } = await world().admin.call('savedQueries')
      expect(items).toMatchObject([{ name: 'Who is dark', q: 'state:dark', pinned: true, told: true }])
      await world().admin.call('savedQueryDelete', { path: { id: String(items[0]?.id) } })
    }))

  test('machines that a question finds are tagged, and asked for by their tag', () =>
    open('/machines?q=practice:Z90001', async (page) => {
      await page.getByRole('button', { name: 'Tag these' }).click()
      await page.getByLabel('Put on').fill('Ring:Pilot')
      await page.getByRole('button', { name: /^Tag \d+ machines/ }).click()
      await page.getByText(/^Done for \d+/).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^ring:pilot/ }).click()
      await page.waitForURL(/tag%3Aring%3Apilot/)
      await page
        .getByRole('link', { name: /^Z90001-/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Change tags' }).click()
      await page.getByLabel('Tags, with spaces between').fill('ring:broad floor:2')
      await page.getByRole('button', { name: 'Save tags' }).click()
      await page.getByRole('list', { name: 'Tags' }).getByRole('link', { name: 'floor:2' }).click()
      await page.getByText('1 machine.').waitFor()
      expect((await world().admin.call('machines', { query: { q: 'tag:floor tag:ring:broad' } })).total).toBe(1)
    }))

  test('planned work stands on the timeline of its machines, told before or afterwards, and of no others', async () => {
    const { items } = await world().admin.call('machines', { query: { q: 'state:healthy', limit: 2 } })
    const [planned, other] = items
    const now = world().clock.now()
    const { id } = await world().admin.call('maintenanceAdd', {
      body: {
        title: 'New memory',
        q: `name:${planned?.name ?? ''}`,
        from: now - 4 * MINUTE,
        until: now + HOUR,
        repeats: 'once',
      },
    })
    await open(`/machines/${planned?.id ?? ''}`, async (page) => {
      const happened = page.getByRole('region', { name: 'What happened', exact: true })
      await happened.getByText(/Planned work: New memory, /).waitFor()
      expect(await happened.locator('.lane-planned').count()).toBe(1)
    })
    await open(`/machines/${other?.id ?? ''}`, async (page) => {
      await page.getByText(/entr(y|ies) from/).waitFor()
      expect(await page.getByText(/Planned work/).count()).toBe(0)
    })
    await world().admin.call('maintenanceDelete', { path: { id } })
  })

  test('the map leads from a region to its practices, by keyboard too', () =>
    open('/', async (page) => {
      await page.getByRole('link', { name: 'Map of regions' }).click()
      const tile = page
        .getByRole('group', { name: 'Regions by place' })
        .getByRole('link', { name: /^East Fens: .*of 8/ })
      await page.getByRole('group', { name: 'Regions by place' }).locator('[tabindex="0"]').focus()
      for (let i = 0; i < 5 && !(await tile.evaluate((link) => link === document.activeElement)); i++)
        await page.keyboard.press(i === 0 ? 'Home' : 'ArrowRight')
      await page.keyboard.press('Enter')
      await page.getByText('8 practices', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'All regions' }).click()
      await page.getByText('40 practices', { exact: true }).waitFor()
      expect(new URL(page.url()).search).toBe('')
    }))

  test('what comes if nobody holds the update, with a range, or why nothing is forecast', async () => {
    const { id } = await world().incident(isFalcon)
    await open(`/incidents/${id}`, async (page) => {
      const panel = page.getByRole('region', { name: 'If it goes on like this' })
      await panel.getByRole('paragraph').first().waitFor()
      expect(await panel.innerText()).toMatch(
        /more machines? [^]* will fail|Every machine that could|No machine has received it/,
      )
    })
  })

  test('whoever holds a roll-out finds the steps of the console, and the automation is told, signed', async () => {
    const got: { signature: string; body: string }[] = []
    const server = createServer((req, res) => {
      let body = ''
      req.on('data', (chunk: Buffer) => (body += chunk.toString()))
      req.on('end', () => {
        got.push({ signature: String(req.headers['x-pumphandle-signature']), body })
        res.end()
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await world().admin.call('channelAdd', {
      body: { name: 'Automation', kind: 'webhook', url, secret: 's3cret', afterMinutes: 0, quiet: '', enabled: true },
    })
    const { id, cause } = await world().incident(isFalcon)
    await open(`/incidents/${id}`, async (page) => {
      await page.getByRole('link', { name: 'Hold the roll-out' }).click()
      await page.getByRole('heading', { name: 'CrowdStrike Falcon: content update policies' }).waitFor()
      await page.getByText(/that does not have .*291.* yet/).waitFor()
      await page.getByLabel('Why').fill('It crashes machines')
      await page.getByRole('button', { name: 'Tell it to hold' }).click()
      await page.getByText('Told').waitFor()
    })
    server.close()
    const told = got.find(({ body }) => body.includes('"hold"'))
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({
      type: 'hold',
      hold: { action: 'hold', component: { key: cause?.key }, reason: 'It crashes machines' },
    })
    expect(told?.signature).toMatch(/^v1=[0-9a-f]{64}$/)
  })

  test('staff see by their card what works, and tell of a blue screen; IT sees what they said', async () => {
    const { id } = await world().incident(isFalcon)
    const detail = await world().admin.call('incident', { path: { id } })
    const { practice } = detail.byPractice.find(({ cohorts }) => cohorts.missing + cohorts.affected > 0) ?? {}
    const code = practice?.code ?? ''
    const admin = await world().signIn(browser())
    const desk = await admin.newPage()
    await desk.goto(`/practices/${code}`)
    await desk.getByRole('link', { name: 'Card for its wall' }).click()
    await desk.getByRole('img', { name: /^Code for the page of/ }).waitFor()
    const address = await desk.getByText(/\/here#/).innerText()

    const stranger = await browser().newContext({ ...TELEPHONE, baseURL: world().collector.url })
    const page = await stranger.newPage()
    await page.goto(address)
    await page.getByText(practice?.name ?? '').waitFor()
    await page.getByText(/of \d+ PCs can be used/).waitFor()
    // what is wrong, in words of people who see patients
    await page.getByText(/^An update of the security software stops PCs\./).waitFor()
    await page.getByRole('heading', { name: 'What to do now' }).waitFor()
    await page.getByRole('button', { name: 'A PC shows a blue screen' }).click()
    const silent = await world().admin.call('machines', { query: { q: `practice:${code} state:dark`, limit: 1 } })
    const pc = silent.items[0]
    if (pc) await page.getByLabel('Which PC?').selectOption({ label: pc.name })
    else await page.getByLabel('Its name, or where it stands').fill('Reception, left')
    await page.getByLabel('Stop code, if you can read one').fill('page fault in nonpaged area')
    await page.getByRole('button', { name: 'Tell IT' }).click()
    await page.getByText('IT has been told, thank you.').waitFor()
    await page.getByText(/\(0x50\)/).waitFor()

    await desk.goto(`/practices/${code}`)
    const said = desk.getByRole('region', { name: 'What staff say' })
    await said.getByText(/blue screen.*\(0x50\)/).waitFor()

    // a new card ends the old one
    await desk.getByRole('link', { name: 'Card for its wall' }).click()
    await desk.getByRole('button', { name: /New link/ }).click()
    await desk.getByRole('dialog').getByRole('button', { name: 'New link' }).click()
    await eventually(async () => expect(await desk.getByText(/\/here#/).innerText()).not.toBe(address))
    await page.reload()
    await page.getByText('Card no longer valid').waitFor()
    await admin.close()
    await stranger.close()
  })

  test.each(['whole fleet', 'one practice'] as const)(
    'who may only look, at the %s, is refused nothing that a page offers',
    async (at) => {
      const addresses = await pagesOf(world())
      const { practice } = (await world().admin.call('practices', { query: { limit: 1 } })).items[0] ?? {}
      const code = practice?.code ?? ''
      const places = at === 'whole fleet' ? null : { regions: [], networks: [], practices: [code], tags: [] }
      const email = `looks-at-${at.replace(' ', '-')}@example.nhs.uk`
      const { link } = await world().admin.call('invite', { body: { email, role: 'viewer', places } })
      const context = await browser().newContext({ ...DESK, baseURL: world().collector.url })
      const page = await context.newPage()
      await page.goto(link)
      await page.getByLabel('Your name').fill('Vera')
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.keyboard.press('Enter')
      await page.getByText('Live', { exact: true }).waitFor()
      const refused: string[] = []
      page.on('response', (answer) => {
        if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()} on ${page.url()}`)
      })
      for (const name of [
        'overview',
        'incidents',
        'machines',
        'sensors',
        'changes',
        'trends',
        'map',
        'practices',
      ] as const) {
        await page.goto(addresses[name])
        await settled(page)
        expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
      }
      await page.goto(`/practices/${code}`)
      await settled(page)
      expect(await page.getByRole('button', { name: /Retire|Revoke|Change|Edit/ }).count()).toBe(0)
      expect(refused).toEqual([])
      await page.goto('/')
      await page.locator('.brick').first().waitFor()
      const bricks = new Set(
        await page.locator('.brick').evaluateAll((all) => all.map((brick) => brick.getAttribute('href'))),
      )
      const others = [...bricks].filter((href) => href !== `/practices/${code}`)
      expect(bricks.has(`/practices/${code}`)).toBe(true)
      expect(others.length > 0).toBe(at === 'whole fleet')
      await context.close()
    },
  )

  test('an incident is closed as what it was, and the manager gets a page about it', async () => {
    const { id, title } = await world().incident(isFalcon)
    await open(`/incidents/${id}`, async (page) => {
      await page.getByRole('button', { name: 'Resolve' }).click()
      await page.getByLabel('In your words, if you like').fill('The vendor withdrew the file')
      await page.getByRole('button', { name: 'It was a bad version' }).click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await page.getByRole('heading', { name: 'How long each stage took' }).waitFor()
      await page.getByText('It was a bad version: The vendor withdrew the file').first().waitFor()
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Markdown' }).click()
      expect((await download).suggestedFilename()).toMatch(/incident-\d+.*\.md$/)
      expect((await world().admin.call('feedback')).right).toBe(1)
    })
  })
})
