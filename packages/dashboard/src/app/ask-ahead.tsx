import { useLocation } from 'wouter'
import { useAnswer } from '../api/use.ts'
import { to } from '../design/links.ts'
import { useMe } from '../session/me.ts'

/** Asks what the overview draws while its code is on its way. Draws nothing. */
export function AskAhead() {
  const [path] = useLocation()
  return path === to.overview() ? <OfOverview /> : null
}

function OfOverview() {
  const me = useMe()
  useAnswer('tiles')
  useAnswer('commons', {}, { enabled: !me.places })
  return null
}
