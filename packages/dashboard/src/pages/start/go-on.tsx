import { Link } from 'wouter'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { useMe } from '../../session/me.ts'
import { usePreference } from '../../session/preference.ts'
import { STEPS, useProgress } from './steps.ts'

/** For admins whose collector is not set up to the end: how far it is. Can be put away for good. */
export default function GoOn() {
  const me = useMe()
  const [hidden, setHidden] = usePreference<boolean>('setup-hidden', false, (value) =>
    typeof value === 'boolean' ? value : undefined,
  )
  const { count, known } = useProgress(hidden === false && !me.demo)
  if (me.demo || hidden !== false || !known || count === STEPS.length) return null
  return (
    <p className="cluster no-print">
      <Link href={to.start()}>
        Set up: {count} of {STEPS.length} done. Go on
      </Link>
      <Button kind="bare" onClick={() => setHidden(() => true)}>
        Not now
      </Button>
    </p>
  )
}
