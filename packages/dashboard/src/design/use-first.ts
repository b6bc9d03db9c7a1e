import { useState } from 'react'
import { usePrinting } from './use-printing.ts'

/**
 * The first items of a list whose rest comes on demand; on paper, where nobody can press, all.
 * @returns what is shown, and what shows all; without that where all are shown
 */
export function useFirst<T>(items: readonly T[], first: number): { shown: readonly T[]; showAll?: () => void } {
  const [pressed, setPressed] = useState(false)
  const printing = usePrinting()
  if (pressed || printing || items.length <= first) return { shown: items }
  return { shown: items.slice(0, first), showAll: () => setPressed(true) }
}
