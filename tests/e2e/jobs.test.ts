import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { inDemo } from './dashboard-demo.ts'
import { isFalcon } from './dashboard-given.ts'
import { Presses } from './presses.ts'

const DESK = { viewport: { width: 1440, height: 900 } }
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }

/**
 * Jobs of a new user without the docs, from the overview, each in a number of presses, at a desk by keyboard alone and on a
 * telephone. The sixteenth, of an empty collector, is in first-day.test.ts.
 */
inDemo(({ world, browser }) => {
  async function jobOn(
    { screen, byKeyboard, from = '/' }: { screen: BrowserContextOptions; byKeyboard: boolean; from?: string },
    does: (page: Page, press: Presses) => Promise<void>,
  ): Promise<number> {
    const context = await world().signIn(browser(), screen)
    // a printer is asked for by a dialog that nobody here would close
    await context.addInitScript('window.print = () => document.documentElement.setAttribute("data-printed", "")')
    const page = await context.newPage()
    await page.goto(from)
    const press = new Presses(page, byKeyboard)
    await does(page, press)
    await context.close()
    return press.count
  }
  const figure = (page: Page, words: string) =>
    page.locator('.figures > div', { hasText: words }).getByRole('link').first()
  const openSettings = async (page: Page, press: Presses, part: string) => {
    await press.on(page.getByRole('link', { name: 'Settings' }))
    await press.on(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: part, exact: true }))
  }
  const find = async (page: Page, press: Presses, question: string) => {
    await press.type(page.getByRole('combobox', { name: 'Search machines' }), question)
    await press.enter()
  }

  describe.each([
    { by: 'keyboard', screen: DESK, byKeyboard: true },
    { by: 'telephone', screen: PHONE, byKeyboard: false },
  ])('by $by', ({ by, screen, byKeyboard }) => {
    const job = (does: (page: Page, press: Presses) => Promise<void>) => jobOn({ screen, byKeyboard }, does)

    test('1, 2, 4, 11: what is broken, why, who is next, what changed', async () => {
      const { title } = await world().incident(isFalcon)
      expect(
        await job(async (page) => {
          await page.getByRole('heading', { level: 1, name: title }).waitFor()
          await page.getByText('First failure').waitFor()
          await page.getByText('cannot work', { exact: true }).waitFor()
        }),
      ).toBeLessThanOrEqual(0)
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'Evidence and what to do' }))
          await page
            .getByRole('region', { name: 'Why this is suspected' })
            .getByText('Comparable, without it')
            .waitFor()
          await page.getByRole('region', { name: 'Suspects' }).waitFor()
        }),
      ).toBeLessThanOrEqual(1)
      expect(
        await job(async (page, press) => {
          await press.on(figure(page, 'exposed, still well'))
          const download = page.waitForEvent('download')
          await press.on(page.getByRole('link', { name: 'CSV', exact: true }))
          expect((await download).suggestedFilename()).toMatch(/\.csv$/)
        }),
      ).toBeLessThanOrEqual(2)
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'What changed last night?' }))
          await page.getByRole('heading', { level: 1, name: 'What changed' }).waitFor()
          await page.getByText(/versions? came onto machines/).waitFor()
        }),
      ).toBeLessThanOrEqual(1)
    })

    test('3: whoever takes an incident has acknowledged it, and tells a colleague', async () => {
      const { id, title } = await world().incident(isFalcon)
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'Evidence and what to do' }))
          await press.on(page.getByRole('button', { name: 'Take it' }))
          await page.getByText('Owner: Ada').waitFor()
          await press.on(page.getByRole('button', { name: 'Tell a colleague' }))
          const told = await page.getByLabel('What your colleague gets').inputValue()
          expect(told).toContain(title)
          expect(told).toContain(`/incidents/${id}`)
        }),
      ).toBeLessThanOrEqual(3)
      const { status, owner } = await world().incident(isFalcon)
      expect({ status, owner }).toEqual({ status: 'acknowledged', owner: 'Ada' })
      await world().admin.call('owner', { path: { id }, body: { owner: null } })
    })

    test('5: the sheet of one practice is printed', async () => {
      const { id } = await world().incident(isFalcon)
      const { byPractice } = await world().admin.call('incident', { path: { id } })
      const name = byPractice[0]?.practice.name ?? ''
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name }).first())
          await press.on(page.getByRole('link', { name: 'Sheet for the technician' }))
          await press.on(page.getByRole('button', { name: 'Print' }))
          await page.locator('[data-printed]').waitFor()
        }),
      ).toBeLessThanOrEqual(3)
    })

    test('6: the code on a case leads to a button that marks it', async () => {
      const { id } = await world().incident(isFalcon)
      const { items } = await world().admin.call('recovery', { path: { id }, query: { limit: 1 } })
      expect(
        await jobOn({ from: `/machines/${items[0]?.machine ?? ''}`, screen, byKeyboard }, async (page, press) => {
          await press.on(page.getByRole('button', { name: 'Attended' }))
          await page.getByRole('button', { name: 'Attended', pressed: true }).waitFor()
        }),
      ).toBeLessThanOrEqual(3)
    })

    test('7, 19: a machine is found by a part of its name or its serial number, and retired when it was replaced', async () => {
      const one = async (q: string) => {
        const { items } = await world().admin.call('machines', { query: { q, limit: 1 } })
        return world().admin.call('machine', { path: { id: items[0]?.id ?? '' } })
      }
      const { machine: here, serialNumber } = await one('state:healthy')
      expect(serialNumber).toMatch(/^\w{7}$/)
      for (const part of [here.name.slice(1).toLowerCase(), serialNumber ?? ''])
        expect(
          await job(async (page, press) => {
            await find(page, press, part)
            await page.getByRole('heading', { level: 1, name: here.name }).waitFor()
          }),
        ).toBeLessThanOrEqual(1)
      const { machine } = await one('state:offline')
      expect(
        await job(async (page, press) => {
          await find(page, press, machine.name)
          await press.on(page.getByRole('button', { name: /^Retire/ }))
          await page.getByText('what follows is what was known of it').waitFor()
        }),
      ).toBeLessThanOrEqual(2)
    })

    test('8: an old sensor on machines that are on, in one network, asked as it is thought', async () => {
      expect(
        await job(async (page, press) => {
          const field = page.getByRole('combobox', { name: 'Search machines' })
          await press.type(field, 'falc')
          await page.getByRole('option', { name: /^sensor:falcon</ }).waitFor()
          await find(page, press, 'sensor:falcon<7.16 state:on network:"Fenland PCN"')
          await page.getByText(/Machines that .*falcon.*7\.16.*in network fenland pcn/i).waitFor()
        }),
      ).toBeLessThanOrEqual(1)
    })

    test('9: a question is saved for everybody, who are told when it has an answer', async () => {
      expect(
        await jobOn({ from: '/machines?q=state:dark', screen, byKeyboard }, async (page, press) => {
          await press.on(page.getByRole('button', { name: 'Saved' }))
          await press.type(page.getByLabel('Name', { exact: true }), `Dark, by ${by}`)
          await press.on(page.getByLabel('Tell our channels when it finds machines'))
          await press.on(page.getByRole('button', { name: 'Save it' }))
          await page.getByText('channels are told').first().waitFor()
        }),
      ).toBeLessThanOrEqual(3)
      const { items } = await world().admin.call('savedQueries')
      expect(items).toMatchObject([{ name: `Dark, by ${by}`, q: 'state:dark', pinned: true, told: true }])
      for (const { id } of items) await world().admin.call('savedQueryDelete', { path: { id: String(id) } })
    })

    test('12: the steps that hold a roll-out', async () => {
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'Evidence and what to do' }))
          await press.on(page.getByRole('link', { name: 'Hold the roll-out' }))
          await page.getByRole('heading', { name: 'CrowdStrike Falcon: content update policies' }).waitFor()
        }),
      ).toBeLessThanOrEqual(2)
    })

    test('18: machines that are owned and have no agent, from a list that the directory gave', async () => {
      const csv = `Name;OperatingSystem\r\nZ90008-${byKeyboard ? 'PC97' : 'PC98'};Windows 11 Enterprise\r\n`
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'What has no agent?' }))
          if (!byKeyboard) await press.on(page.getByRole('button', { name: 'Import a list' }))
          await press.file(page.getByLabel('File'), 'computers.csv', csv)
          await press.on(page.getByRole('button', { name: /^Import 1 machine/ }))
          await page.getByRole('heading', { level: 1, name: '0% of what we own is watched' }).waitFor()
          await page.getByRole('table', { name: 'Machines' }).getByText(csv.slice(22, 33)).waitFor()
        }),
        // the second list takes the place of the first, behind a button
      ).toBeLessThanOrEqual(byKeyboard ? 3 : 4)
    })

    test('10: what is known of the newest version of a sensor', async () => {
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'Sensors', exact: true }))
          await press.on(page.getByRole('link', { name: '7.16.18605' }).first())
          await page.getByRole('region', { name: 'What is known' }).waitFor()
          await page
            .getByText(/No worse|Watching|New|Better/)
            .first()
            .waitFor()
        }),
      ).toBeLessThanOrEqual(2)
    })

    test('13: a maintenance each month', async () => {
      expect(
        await job(async (page, press) => {
          await openSettings(page, press, 'Maintenance windows')
          await press.type(page.getByLabel('Title'), 'Patch Tuesday')
          await press.type(page.getByLabel('From (your time)'), '2030-01-08T20:00')
          await press.type(page.getByLabel('Until (your time)'), '2030-01-08T23:00')
          await press.on(page.getByRole('button', { name: 'Every month' }))
          await press.on(page.getByRole('button', { name: 'Plan' }))
          await page.getByRole('row', { name: /Patch Tuesday.*Every month/ }).waitFor()
        }),
      ).toBeLessThanOrEqual(4)
      for (const { id } of (await world().admin.call('maintenances')).items)
        await world().admin.call('maintenanceDelete', { path: { id } })
    })

    test('14: two channels are told, and are seen to work', async () => {
      const got: string[] = []
      const server = createServer((req, res) => {
        got.push(req.url ?? '')
        req.resume().on('end', () => res.end())
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      expect(
        await job(async (page, press) => {
          await openSettings(page, press, 'Notifications')
          for (const name of ['desk', 'night']) {
            await press.type(page.getByLabel('Name'), name)
            await press.type(page.getByLabel('Address'), `${url}/${name}`)
            await press.on(page.getByRole('button', { name: 'Add', exact: true }))
            const row = page.getByRole('row', { name: new RegExp(name) })
            await row.getByText('none yet').waitFor({ state: 'detached' })
            await row.getByRole('time').or(row.locator('time')).first().waitFor()
          }
        }),
      ).toBeLessThanOrEqual(5)
      await eventually(() => expect(got).toEqual(['/desk', '/night']))
      server.close()
      const { items } = await world().admin.call('channels')
      for (const { id } of items) await world().admin.call('channelDelete', { path: { id } })
    })

    test('15: a colleague is invited who sees one region alone, by the name that pages call it', async () => {
      expect(
        await job(async (page, press) => {
          await openSettings(page, press, 'Users')
          await press.type(page.getByLabel('Email'), `tom-${by}@example.nhs.uk`)
          await press.type(page.getByLabel('Places', { exact: true }), 'East Fens')
          await press.on(page.getByRole('button', { name: 'Invite' }))
          await page.getByText('Send this link to them').waitFor()
        }),
      ).toBeLessThanOrEqual(4)
      const { items } = await world().admin.call('users')
      const { places } = items.find((one) => one.email === `tom-${by}@example.nhs.uk`) ?? {}
      expect(places).toMatchObject({ practices: [], networks: [], regions: [expect.stringMatching(/^[A-Z]+$/)] })
    })

    test('17: practices are looked at, then imported', async () => {
      expect(
        await job(async (page, press) => {
          await openSettings(page, press, 'Practices')
          const csv = `code,name,pcn,region\n${byKeyboard ? 'Z90777' : 'Z90778'},New Mill Surgery,Fenland PCN,East Fens\n`
          await press.file(page.getByLabel('File'), 'practices.csv', csv)
          await page.getByText('Nothing is changed yet').waitFor()
          await press.on(page.getByRole('button', { name: /^Change \d+ practice/ }))
          await page.getByText('Done', { exact: true }).waitFor()
        }),
      ).toBeLessThanOrEqual(4)
    })

    test('20: an incident is closed as what it was, and the manager has a page about it', async () => {
      const { id } = await world().incident(isFalcon)
      expect(
        await job(async (page, press) => {
          await press.on(page.getByRole('link', { name: 'Evidence and what to do' }))
          await press.on(page.getByRole('button', { name: 'Resolve' }))
          await press.on(page.getByRole('button', { name: 'It was a bad version' }))
          await page.getByRole('heading', { name: 'How long each stage took' }).waitFor()
        }),
      ).toBeLessThanOrEqual(3)
      await world().admin.call('reopen', { path: { id: String(id) }, body: {} })
    })

    test('rows that are ticked are tagged, noted and retired', async () => {
      expect(
        await jobOn({ from: '/machines?q=state:offline', screen, byKeyboard }, async (page, press) => {
          const table = page.getByRole('table', { name: 'Machines' })
          const boxes = table.getByRole('checkbox', { name: /^Tick Z/ })
          await press.on(boxes.nth(0))
          await press.on(boxes.nth(1))
          const bar = page.getByRole('toolbar', { name: 'What to do with those that are ticked' })
          await bar.getByText('2 ticked').waitFor()
          await press.on(bar.getByRole('button', { name: 'Tag' }))
          await press.type(page.getByLabel('Put on'), 'fate:scrapped')
          await press.on(page.getByRole('button', { name: 'Tag 2 machines' }))
          await page.getByText('Done for 2.').waitFor()
          await page.keyboard.press('Escape')
          await press.on(bar.getByRole('button', { name: 'Retire' }))
          await press.type(page.getByLabel('Why'), `Sent away, by ${by}`)
          await press.on(page.getByRole('button', { name: 'Retire 2 machines' }))
          await page.getByText('2 retired.').waitFor()
          const { items } = await world().admin.call('retiredMachines')
          expect(items.filter(({ why }) => why === `Sent away, by ${by}`)).toHaveLength(2)
          // and brought back together, by why they went
          await page.goto(new URL(`/retired?q=${encodeURIComponent(`sent away, by ${by}`)}`, page.url()).href)
          await press.on(page.getByRole('button', { name: 'Bring back these 2 machines' }))
          await press.on(page.getByRole('dialog').getByRole('button', { name: 'Bring back' }))
          await page.getByText('0 machines').waitFor()
        }),
      ).toBeLessThanOrEqual(14)
    })
  })
})
