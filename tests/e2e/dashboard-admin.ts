import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { OwnKeys } from '../../packages/collector/src/compose/own-keys.ts'
import { acknowledgeToken } from '../../packages/collector/src/model/acknowledge-link.ts'
import { Sealer } from '../../packages/collector/src/model/sealed.ts'
import { eventually } from '../support/eventually.ts'
import { type Given, isFalcon } from './dashboard-given.ts'

const DESK = { viewport: { width: 1440, height: 900 } }

/** What admins keep in order, each by its form. */
export function admin({ world, browser }: Given) {
  async function open(path: string, job: (page: Page) => Promise<void>): Promise<void> {
    const context = await world().signIn(browser(), DESK)
    const page = await context.newPage()
    await page.goto(path)
    await job(page)
    await context.close()
  }

  describe('on a quiet day', () => {
    test('practices are imported: first what would change, then the change', () =>
      open('/settings/practices', async (page) => {
        const csv = 'code,name,pcn,region\nQ99901,Test Lane Surgery,Test PCN,Test Region\n,No code at all,,\n'
        await page
          .getByLabel('File')
          .setInputFiles({ name: 'practices.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
        await page.getByRole('button', { name: 'Show what would change' }).click()
        await page.getByText('Nothing is changed yet').waitFor()
        await page.getByText(/1 new/).waitFor()
        await page.getByRole('table', { name: 'Some of the changes' }).getByText('Q99901').waitFor()
        expect(await page.getByRole('table', { name: 'Rows with errors' }).getByRole('row').count()).toBe(2)
        const listed = () => world().admin.call('practices', { query: { q: 'Q99901' } })
        expect((await listed()).total).toBe(0)
        await page.getByRole('button', { name: 'Change 1 practice' }).click()
        await page.getByText('Done', { exact: true }).waitFor()
        expect((await listed()).total).toBe(1)
      }))

    test('a channel is added, tested and removed', async () => {
      const got: string[] = []
      const server = createServer((req, res) => {
        req.on('data', (chunk: Buffer) => got.push(chunk.toString())).on('end', () => res.end())
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret`
      await open('/settings/notifications', async (page) => {
        const add = page.getByRole('button', { name: 'Add', exact: true })
        // the browser asks for what is missing, and nothing is sent
        await add.click()
        expect(await page.getByLabel('Name').evaluate((input: HTMLInputElement) => input.validity.valueMissing)).toBe(
          true,
        )
        await page.getByLabel('Kind').selectOption({ label: 'Email' })
        expect(await page.getByLabel('Addresses').getAttribute('type')).toBe('email')
        await page.getByLabel('Kind').selectOption({ label: 'Webhook (JSON)' })
        await page.getByLabel('Name').fill('On call')
        await page.getByLabel('Address').fill('ftp://example.org/')
        await add.click()
        await page
          .getByRole('alert')
          .getByText(/https:\/\//)
          .waitFor()
        await page.getByLabel('Address').fill(url)
        await page.getByLabel('Signing secret').fill('between us')
        await page.getByText('When it is told, and about what').click()
        await page.getByLabel('Told after (minutes)').fill('15')
        await page.getByLabel('Quiet hours').fill('22:00-07:00')
        await add.click()
        const row = page.getByRole('row', { name: /On call/ })
        await row.waitFor()
        // the rest of the address is a secret
        expect(await row.innerText()).not.toContain('s3cret')
        await row.getByText('after 15 min if nobody has acknowledged, over after 5 min, quiet 22:00-07:00').waitFor()
        // a test went there when it was added; a preview goes nowhere
        await eventually(() => expect(got).toHaveLength(1))
        await row.getByRole('button', { name: 'Preview On call' }).click()
        const preview = page.getByRole('region', { name: 'What a message to On call looks like' })
        await preview.getByText(/^New incident: /).waitFor()
        await preview.getByLabel('Message').selectOption({ label: 'Digest of the day' })
        await preview.getByText(/^Digest: 1 incident/).waitFor()
        await preview.getByText('Exactly what leaves').click()
        await preview.getByText('"type":"digest"').waitFor()
        expect(got).toHaveLength(1)
        await preview.getByRole('button', { name: 'Close' }).click()
        await row.getByRole('button', { name: 'Test On call' }).click()
        await eventually(() => expect(got).toHaveLength(2))
        await row.getByText('none yet').waitFor({ state: 'detached' })
        // it is changed in place; its address and its secret, which nobody is told again, stay
        await row.getByRole('button', { name: 'Edit On call' }).click()
        await page.getByLabel('Machines, as a query').fill('practice:Z90001')
        await page.getByRole('button', { name: 'Save On call' }).click()
        await row.getByText('practice:Z90001').waitFor()
        await row.getByRole('button', { name: 'Test On call' }).click()
        await eventually(() => expect(got).toHaveLength(3))
        await row.getByRole('button', { name: 'Remove On call' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
        await page.getByText('No channel yet').waitFor()
      })
      server.close()
    })

    test('who is on call when: two take turns at night, a holiday is somebody else’s', async () => {
      const ids: number[] = []
      for (const name of ['Alice', 'Bob']) {
        const body = { name, kind: 'ntfy' as const, url: `http://127.0.0.1:9/${name}`, enabled: false }
        ids.push((await world().admin.call('channelAdd', { body })).id)
      }
      await open('/settings/on-call', async (page) => {
        await page.getByLabel('Name').fill('Nights')
        const shift = page.getByRole('group', { name: 'Shift 1' })
        await shift.getByLabel('From').fill('00:00')
        await shift.getByLabel('Until').fill('00:00')
        await shift.getByLabel('Week 2').selectOption({ label: 'Bob' })
        await page.getByRole('button', { name: 'Add', exact: true }).click()
        const row = page.getByRole('row', { name: /Nights/ })
        await row.getByText('the next after 15 min').waitFor()
        expect(await row.innerText()).toMatch(/Alice\s+until/)
        await row.getByRole('button', { name: 'Edit Nights' }).click()
        await page.getByRole('button', { name: 'Days that differ' }).click()
        const days = page.getByRole('group', { name: 'Days that differ 1' })
        await days.getByLabel('First day').fill('2020-01-01')
        await days.getByLabel('Last day').fill('2099-12-31')
        await days.getByLabel('On call instead').selectOption({ label: 'Bob' })
        await page.getByRole('button', { name: 'Save' }).click()
        await row.getByText('1 turn', { exact: true }).waitFor()
        expect(await row.innerText()).toMatch(/Bob\s+until/)
        await row.getByRole('button', { name: 'Remove Nights' }).click()
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
        await page.getByText('No rota:').waitFor()
      })
      for (const id of ids) await world().admin.call('channelDelete', { path: { id } })
    })

    test('a maintenance is planned for a Tuesday, and comes every month', () =>
      open('/settings/maintenance', async (page) => {
        await page.getByLabel('Title').fill('Patch night')
        await page.getByLabel('From (your time)').fill('2030-01-08T22:00')
        await page.getByLabel('Until (your time)').fill('2030-01-09T02:00')
        await page.getByRole('button', { name: 'Every month' }).click()
        await page.getByRole('button', { name: 'Plan' }).click()
        const row = page.getByRole('row', { name: /Patch night/ })
        await row.getByText('Every month, on the same weekday').waitFor()
        expect(await row.innerText()).toContain('8 Jan 2030')
        // work that is over: what failed in it was meant
        const { incidents, fleet, clock } = world().collector.context
        const one = (await world().admin.call('machines', { query: { q: 'state:healthy', limit: 1 } })).items[0]
        const { id } = incidents.open({
          kind: 'machine',
          subject: 'a machine that was worked on',
          title: 'One machine keeps crashing',
          sentence: 'It crashed five times.',
          at: clock.now(),
          machines: [
            { machine: fleet.byUid(one?.id ?? '')?.id ?? -1, failedAt: Date.now() - 1_800_000, reason: 'crashed' },
          ],
        }).record
        await page.getByLabel('Title').fill('Memory was changed')
        await page.getByLabel('Machines, as a query').fill(`name:${one?.name ?? ''}`)
        await page.getByRole('button', { name: 'Once' }).click()
        await page.getByRole('button', { name: 'Now, for two hours' }).click()
        await page.getByRole('button', { name: 'The last two hours' }).click()
        await page.getByRole('button', { name: 'Plan' }).click()
        await page.getByText('Planned: 1 machine that failed, 1 incident').waitFor()
        await page.goto(`/incidents/${id}`)
        await page.getByText('Planned work, not an incident').waitFor()
      }))

    test('an incident is acknowledged from a message, without an account', async () => {
      const { incidents, store, clock, config } = world().collector.context
      const { id } = incidents.open({
        kind: 'clinical-system',
        subject: 'Vision',
        title: 'Vision is out of reach',
        sentence: 'Nobody reaches Vision.',
        at: clock.now(),
        machines: [],
      }).record
      await world().admin.call('incidents', { query: {} })
      const sealer = new Sealer([Buffer.from(readFileSync(config.sealKeyFile, 'utf8').trim(), 'base64')])
      const key = await new OwnKeys(store, clock, sealer).link()
      const token = acknowledgeToken(key, id, clock.now() + 60_000)
      const stranger = await browser().newContext({ ...DESK, baseURL: world().collector.url })
      const page = await stranger.newPage()
      await page.goto(`/acknowledge#${token}`)
      await page.getByRole('heading', { level: 1, name: 'Vision is out of reach' }).waitFor()
      const status = async () => (await world().admin.call('incident', { path: { id: String(id) } })).incident.status
      // looking takes nothing
      expect(await status()).toBe('open')
      await page.getByLabel('Your name').fill('Grace')
      await page.getByRole('button', { name: 'I have it' }).click()
      await page.getByText('It is yours').waitFor()
      expect(await status()).toBe('acknowledged')
      // what they were told is what everybody sees
      expect((await world().admin.call('incident', { path: { id: String(id) } })).incident.owner).toBe(
        'Grace (by link)',
      )
      // and it hangs together, on a telephone in the night too
      await page.setViewportSize({ width: 390, height: 844 })
      const gap = await page.locator('h1 + p').evaluate((p) => {
        const above = p.previousElementSibling?.getBoundingClientRect().bottom ?? 0
        return p.getBoundingClientRect().top - above
      })
      expect(gap).toBeLessThan(40)
      await page.goto('/acknowledge#12.1.made-up')
      await page.reload()
      await page.getByText('Link expired').waitFor()
      await stranger.close()
      await world().admin.call('resolve', { path: { id: String(id) }, body: {} })
    })

    test('two incidents that are one are merged', async () => {
      const falcon = await world().incident(isFalcon)
      const { incidents, fleet, clock } = world().collector.context
      const affected = await world().admin.call('machines', { query: { q: 'state:dark', limit: 1 } })
      const machine = fleet.byUid(affected.items[0]?.id ?? '')?.id ?? -1
      const { id } = incidents.open({
        kind: 'clinical-system',
        subject: 'EMIS',
        title: 'EMIS Web is out of reach',
        sentence: 'One machine does not reach EMIS Web.',
        at: clock.now(),
        machines: [{ machine, reason: 'no answer', failedAt: clock.now() }],
      }).record
      await open(`/incidents/${id}`, async (page) => {
        await page.getByRole('heading', { level: 1, name: 'EMIS Web is out of reach' }).waitFor()
        await page.getByRole('button', { name: 'Merge' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByRole('button', { name: falcon.title }).click()
        await dialog.waitFor({ state: 'detached' })
        await page.getByText('Merged', { exact: true }).first().waitFor()
        await page.getByRole('link', { name: `incident ${falcon.id}` }).click()
        await page.getByRole('heading', { level: 1, name: falcon.title }).waitFor()
      })
      const { items } = await world().admin.call('incidents', { query: {} })
      expect(items.map((i) => i.id)).not.toContain(id)
    })
  })
}
