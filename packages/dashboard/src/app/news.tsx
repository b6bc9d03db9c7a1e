import { useEffect, useRef, useState } from 'react'
import { useAnswer } from '../api/use.ts'

/** Reads out an incident that is raised while the page is open, whatever page it is. Draws nothing. */
export function News() {
  const { data } = useAnswer('overview')
  const known = useRef<Set<number>>(undefined)
  const [said, setSaid] = useState('')
  const incidents = data?.incidents
  useEffect(() => {
    if (!incidents) return
    const before = known.current
    known.current = new Set([...(before ?? []), ...incidents.map(({ id }) => id)])
    // what was there when the page came is on it
    const raised = before ? incidents.filter(({ id }) => !before.has(id)) : []
    if (raised.length > 0) setSaid(raised.map(({ title }) => `New incident: ${title}.`).join(' '))
  }, [incidents])
  return <output className="visually-hidden">{said}</output>
}

/** How many incidents are under way, beside the way to them. */
export function UnderWay() {
  const { data } = useAnswer('overview')
  const n = data?.incidents.length ?? 0
  if (n === 0) return null
  const open = data?.incidents.some(({ status }) => status === 'open') === true
  return (
    <span className={open ? 'nav-count nav-count-open' : 'nav-count'}>
      {n}
      <span className="visually-hidden"> under way</span>
    </span>
  )
}
