import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { inDemo } from './dashboard-demo.ts'
import { isFalcon } from './dashboard-given.ts'

const TELEPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

inDemo(({ world, browser }) => {
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
    await page.getByText(detail.incident.title).waitFor()
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
})
