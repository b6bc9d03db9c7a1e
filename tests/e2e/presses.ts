import type { Locator, Page } from 'playwright-core'

/** More presses of Tab than any part of a page is away. */
const MOST_TABS = 150

/**
 * Presses of somebody who sees the page for the first time; what is typed is not counted, Enter after it is. By keyboard
 * whatever is pressed is first reached by Tab, or by arrows within a group, and shows that it has the focus.
 */
export class Presses {
  count = 0
  readonly page: Page
  readonly byKeyboard: boolean
  constructor(page: Page, byKeyboard: boolean) {
    this.page = page
    this.byKeyboard = byKeyboard
  }
  async on(target: Locator): Promise<void> {
    this.count++
    if (!this.byKeyboard) return target.click()
    await this.#reach(target)
    const isBox = await target.evaluate((element) => element instanceof HTMLInputElement)
    await this.page.keyboard.press(isBox ? 'Space' : 'Enter')
  }
  async enter(): Promise<void> {
    this.count++
    await this.page.keyboard.press('Enter')
  }
  async type(field: Locator, text: string): Promise<void> {
    if (this.byKeyboard) await this.#reach(field)
    await field.fill(text)
  }
  async choose(select: Locator, label: string): Promise<void> {
    this.count++
    if (!this.byKeyboard) return void (await select.selectOption({ label }))
    await this.#reach(select)
    const chosen = () => select.evaluate((element) => (element as HTMLSelectElement).selectedOptions[0]?.label)
    const options = await select.getByRole('option').count()
    for (let i = 0; i < options && (await chosen()) !== label; i++) await this.page.keyboard.press('ArrowDown')
    if ((await chosen()) !== label) throw new Error(`${label} is no option that the arrow keys reach`)
  }
  async file(input: Locator, name: string, text: string): Promise<void> {
    this.count++
    if (this.byKeyboard) await this.#reach(input)
    await input.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  }

  async #reach(target: Locator): Promise<void> {
    for (let i = 0; i < MOST_TABS; i++) {
      const next = await target.evaluate((element) => {
        const now = document.activeElement
        if (element === now) return getComputedStyle(element).outlineStyle === 'none' ? 'unseen' : undefined
        if (element.matches('[data-roving]') && now?.matches('[data-roving]')) return 'ArrowRight'
        const isBehind = now !== null && now !== document.body && element.compareDocumentPosition(now) & 4
        return isBehind ? 'Shift+Tab' : 'Tab'
      })
      if (next === undefined) return
      if (next === 'unseen') throw new Error(`${target.toString()} has the focus, and nobody sees it`)
      await this.page.keyboard.press(next)
    }
    throw new Error(`${target.toString()} is not reached by ${MOST_TABS} presses of Tab`)
  }
}
