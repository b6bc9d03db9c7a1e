import { useState } from 'react'

/** Whether the pointer or the keyboard is on a region. What is held must not move. */
export function useHeld() {
  const [hovered, setHovered] = useState(false)
  const [focused, setFocused] = useState(false)
  const props = {
    onPointerEnter: (event: React.PointerEvent) => setHovered(event.pointerType === 'mouse'),
    onPointerLeave: () => setHovered(false),
    onFocus: () => setFocused(true),
    onBlur: (event: React.FocusEvent) => setFocused(event.currentTarget.contains(event.relatedTarget)),
  }
  return { held: hovered || focused, props }
}

/**
 * The list as it should be shown: while it is held, rows keep their places and only their values change; what came, went
 * or moved meanwhile is counted in `pending` and shown when it is let go, or by `release`.
 */
export function useSteady<T>(list: readonly T[], keyOf: (item: T) => string, held: boolean) {
  const keys = list.map(keyOf)
  const [order, setOrder] = useState<readonly string[]>()
  const [was, setWas] = useState(false)
  if (held !== was) {
    setWas(held)
    setOrder(held ? keys : undefined)
  }
  if (!order) return { items: list, pending: 0, release: () => {} }
  const byKey = new Map(list.map((item) => [keyOf(item), item]))
  const items = order.flatMap((key) => byKey.get(key) ?? [])
  const pending = keys.reduce((n, key, i) => n + (order[i] === key ? 0 : 1), 0)
  return { items, pending, release: () => setOrder(keys) }
}
