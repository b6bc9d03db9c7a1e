import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Dialog } from '../design/dialog.tsx'
import { to } from '../design/links.ts'
import './shortcuts.css'
import { typing } from '../design/slash.ts'

/** How long the second key is waited for after `g`. */
const CHORD_MS = 1500

const PLACES: Readonly<Record<string, { href: string; name: string }>> = {
  o: { href: to.overview(), name: 'Overview' },
  i: { href: to.incidents(), name: 'Incidents' },
  m: { href: to.machines(), name: 'Machines' },
  p: { href: to.practices(), name: 'Practices' },
  s: { href: to.sensors(), name: 'Sensors' },
  c: { href: to.changes(), name: 'What changed' },
  t: { href: to.trends(), name: 'Trends' },
  w: { href: to.wall(), name: 'Wall screen' },
}

const HELP: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'Search machines'],
  ...Object.entries(PLACES).map(([key, { name }]) => [`g ${key}`, name] as const),
  ['← ↑ → ↓', 'Among the practices of the overview; along a machine’s timeline'],
  ['+ −', 'Zoom a machine’s timeline'],
  ['?', 'This list'],
]

/** `g` and a letter go to a page, `?` tells the keys. Not while a field has the focus, and never with Ctrl, Alt or Cmd. */
export function Shortcuts() {
  const [, navigate] = useLocation()
  const [help, setHelp] = useState(false)
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const place = event.timeStamp - wentAt < CHORD_MS ? PLACES[event.key] : undefined
      wentAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
      if (place) navigate(place.href)
      else if (event.key === '?') setHelp(true)
    }
    const onAsk = () => setHelp(true)
    document.addEventListener('keydown', onKey)
    document.addEventListener(ASK, onAsk)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener(ASK, onAsk)
    }
  }, [navigate])
  if (!help) return null
  return (
    <Dialog title="Keys" onClose={() => setHelp(false)}>
      <dl className="keys">
        {HELP.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

/** The menu's way to the same list. */
const ASK = 'pumphandle-keys'
export const showKeys = () => void document.dispatchEvent(new Event(ASK))
