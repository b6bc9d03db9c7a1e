/** What stands beside others of its kind. */
const ITEM = 'tr, li, [role="row"]'
/** What the keyboard reaches. */
const REACHED = ':is(a[href], button, input, select, textarea, summary):not(:disabled, [tabindex="-1"])'
const HEADINGS = 'h1, h2, h3'

/**
 * Keeps the keyboard's place when what had the focus is removed, by its own button or by news: browsers begin at the top of
 * the page again then. Of a list the next item has it, else the one before; of a list that is empty now the heading above.
 * @returns ends it
 */
export function keepFocus(page: Document): () => void {
  let had: Element | undefined
  const onFocus = ({ target }: FocusEvent) => {
    had = target instanceof Element && target !== page.body ? target : undefined
  }
  const onBlur = () => {
    const left = had
    // what is removed loses the focus before it goes: whether it goes is known once the page has changed
    queueMicrotask(() => {
      if (had === left && left?.isConnected && left !== page.activeElement) had = undefined
    })
  }
  const observer = new MutationObserver((records) => {
    const lost = had
    if (!lost || lost.isConnected || (page.activeElement && page.activeElement !== page.body)) return
    had = undefined
    const removal = records.findLast(
      ({ target, removedNodes }) => target.isConnected && [...removedNodes].some((node) => node.contains(lost)),
    )
    if (removal) heirOf(removal, lost)?.focus({ preventScroll: true })
  })
  page.addEventListener('focusin', onFocus)
  page.addEventListener('focusout', onBlur)
  observer.observe(page.body, { childList: true, subtree: true })
  return () => {
    page.removeEventListener('focusin', onFocus)
    page.removeEventListener('focusout', onBlur)
    observer.disconnect()
  }
}

/** Who has the focus after what is gone; undefined where there is no heading either. */
function heirOf(
  { target, removedNodes, nextSibling, previousSibling }: MutationRecord,
  lost: Element,
): HTMLElement | undefined {
  const item = [...removedNodes].find((node) => node instanceof Element && node.matches(ITEM))
  const place = item ? reachedIn(item).findIndex((control) => control === lost) : 0
  const beside = [...onwards(nextSibling, 'nextSibling'), ...onwards(previousSibling, 'previousSibling')]
  // what was a part of an item or of a form leaves the focus within it
  const stays = item !== undefined || (target instanceof Element && target.closest(`${ITEM}, form`) !== null)
  for (const node of stays ? beside : []) {
    const reached = reachedIn(node)
    // whoever removes several finds the same button under the finger
    const heir = reached[Math.max(0, place)] ?? reached.at(-1)
    if (heir) return heir
  }
  return headingAbove(target)
}

const reachedIn = (node: Node): HTMLElement[] =>
  node instanceof HTMLElement
    ? [...(node.matches(REACHED) ? [node] : []), ...node.querySelectorAll<HTMLElement>(REACHED)]
    : []

function onwards(from: Node | null, to: 'nextSibling' | 'previousSibling'): Element[] {
  const found: Element[] = []
  for (let node = from; node; node = node[to]) if (node instanceof Element && node.isConnected) found.push(node)
  return found
}

function headingAbove(from: Node): HTMLElement | undefined {
  for (let node: Node | null = from; node; node = node.parentNode) {
    const heading = node instanceof Element && node.querySelector<HTMLElement>(HEADINGS)
    if (!heading) continue
    heading.tabIndex = -1
    return heading
  }
  return undefined
}
