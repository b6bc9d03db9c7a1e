import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { Component, useEffect, useState } from 'react'
import { client } from '../api/client.ts'
import { inWords } from '../api/use.ts'
import { browserClock } from '../clock.ts'
import { Button } from '../design/button.tsx'
import { to } from '../design/links.ts'
import { Notice } from '../design/notice.tsx'

/** What Chromium, Firefox and Safari say of a part of the page that did not come; the last is of its styles. */
const NOT_LOADED = /dynamically imported module|Importing a module script failed|Unable to preload/i
const LOOK_MS = 3 * SECOND

/** Catches a fault of the page itself, or a part of it that the collector does not serve: now, or no longer after an upgrade. */
export class Boundary extends Component<{ children: React.ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined }
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div className="page" role="alert">
        {NOT_LOADED.test(error.message) ? <NotLoaded error={error} /> : <Faulty error={error} />}
      </div>
    )
  }
}

/** A part of the page is loaded when it is opened first. Without the collector there is none, until it is back. */
function NotLoaded({ error }: { error: Error }) {
  const [away, setAway] = useState<Error>()
  useEffect(() => {
    const look = () =>
      client.call('signInWays').then(
        // only one that was away: what is served and still not found would be loaded again for ever
        () => away && location.reload(),
        (reason: Error) => setAway(reason),
      )
    void look()
    return browserClock.every(LOOK_MS, () => void look())
  }, [away])
  if (!away) return <Faulty error={error} />
  return (
    <Notice title={inWords(away).title} shape="bang" tone="warn">
      This page was not open before, so that it is not here yet. It opens by itself when the collector answers.
    </Notice>
  )
}

/** A wall that failed stays so until somebody comes by: it is tried anew, not so often that the collector feels it. */
const RELOAD_MS = MINUTE

function Faulty({ error }: { error: Error }) {
  const isWall = location.pathname === to.wall()
  useEffect(() => (isWall ? browserClock.after(RELOAD_MS, () => location.reload()) : undefined), [isWall])
  return (
    <Notice title="This page failed" shape="bang" tone="warn">
      <p>
        Reload it; if the collector was upgraded a moment ago, that is the reason. If it fails again, send this line to
        whoever keeps Pumphandle: <code>{error.message}</code>
      </p>
      <p>
        {isWall ? (
          'It is loaded anew by itself, once a minute.'
        ) : (
          <Button onClick={() => location.reload()}>Reload</Button>
        )}
      </p>
    </Notice>
  )
}
