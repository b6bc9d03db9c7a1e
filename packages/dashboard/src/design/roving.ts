/** Picks the next item in the arrow's direction: along the line for left and right, the nearest one above or below else. */
function neighbour(items: HTMLElement[], from: HTMLElement, key: string): HTMLElement | undefined {
  const at = items.indexOf(from)
  if (key === 'ArrowRight') return items[at + 1]
  if (key === 'ArrowLeft') return items[at - 1]
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  const here = from.getBoundingClientRect()
  const sign = key === 'ArrowDown' ? 1 : -1
  const middle = here.left + here.width / 2
  let best: HTMLElement | undefined
  let least = Number.POSITIVE_INFINITY
  for (const item of items) {
    const box = item.getBoundingClientRect()
    const down = (box.top - here.top) * sign
    if (down < here.height / 2) continue
    // a line further away costs more than any step aside
    const distance = down * 10 + Math.abs(box.left + box.width / 2 - middle)
    if (distance < least) {
      least = distance
      best = item
    }
  }
  return best
}

/**
 * Arrow keys between the `data-roving` links of a grid, which is one stop for Tab. Give the answer to the grid's
 * onKeyDown; exactly one item needs tabIndex 0, and this keeps it so.
 */
export function rove(event: React.KeyboardEvent<HTMLElement>): void {
  if (!/^(Arrow|Home|End)/.test(event.key) || !(event.target instanceof HTMLElement)) return
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-roving]')]
  const next = neighbour(items, event.target, event.key)
  if (!next) return
  event.preventDefault()
  for (const item of items) item.tabIndex = item === next ? 0 : -1
  next.focus()
}
