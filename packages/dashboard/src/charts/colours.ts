import { useEffect, useState } from 'react'
import { usePrinting } from '../design/use-printing.ts'

/** A token's colour as a canvas takes it: tokens hold light-dark(), which only an element's computed style resolves. */
export function colourOf(host: Element, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${token})`
  host.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

/** Changes whenever light turns dark or back, or colours become the reader's own or paper's: canvases are drawn anew then. */
export function useThemeKey(): string {
  const [key, setKey] = useState('')
  const printing = usePrinting()
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const forced = matchMedia('(forced-colors: active)')
    const read = () => setKey(`${document.documentElement.dataset['theme'] ?? ''} ${dark.matches} ${forced.matches}`)
    const observer = new MutationObserver(read)
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    dark.addEventListener('change', read)
    forced.addEventListener('change', read)
    read()
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', read)
      forced.removeEventListener('change', read)
    }
  }, [])
  return printing ? 'paper' : key
}
