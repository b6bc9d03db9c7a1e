import { lazy, Suspense } from 'react'
import { Link } from 'wouter'
import { to } from '../../design/links.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import { useMay } from '../../session/may.ts'
import { useMe } from '../../session/me.ts'
import './settings.css'

const PARTS = [
  { part: 'enrolment', name: 'Enrolment tokens', Page: lazy(() => import('./enrolment.tsx')) },
  { part: 'practices', name: 'Practices', Page: lazy(() => import('./practices-import.tsx')) },
  { part: 'notifications', name: 'Notifications', Page: lazy(() => import('./channels.tsx')) },
  { part: 'on-call', name: 'On call', Page: lazy(() => import('./on-call.tsx')) },
  { part: 'maintenance', name: 'Maintenance windows', Page: lazy(() => import('./maintenance.tsx')) },
  { part: 'runbooks', name: 'Runbooks', Page: lazy(() => import('./runbooks.tsx')) },
  { part: 'detection', name: 'Detection and retention', Page: lazy(() => import('./general.tsx')) },
  { part: 'users', name: 'Users', byPlace: true, Page: lazy(() => import('./users.tsx')) },
  { part: 'commons', name: 'Other organisations', Page: lazy(() => import('./commons.tsx')) },
  { part: 'tokens', name: 'API tokens', Page: lazy(() => import('./tokens.tsx')) },
  { part: 'audit', name: 'Audit log', Page: lazy(() => import('./audit.tsx')) },
] as const satisfies readonly { part: string; name: string; byPlace?: true; Page: unknown }[]

/** What admins keep. Each part has its own address. */
export default function SettingsPage({ part }: { part: string | undefined }) {
  const { places } = useMe()
  // who has some places of the fleet keeps people for them; the rest is of the whole fleet
  const parts = places ? PARTS.filter((p) => 'byPlace' in p) : PARTS
  const shown = parts.find((p) => p.part === part) ?? parts[0] ?? PARTS[0]
  const may = useMay('admin')
  usePageTitle(shown.name)
  if (!may)
    return (
      <>
        <h1>Settings</h1>
        <Notice title="Settings are for admins" shape="question">
          Ask one of your admins to change this, or to make you one.
        </Notice>
      </>
    )
  return (
    <>
      <h1>Settings</h1>
      <div className="settings">
        <nav aria-label="Settings">
          {parts.map((p) => (
            <Link key={p.part} href={to.settings(p.part)} aria-current={p === shown ? 'page' : undefined}>
              {p.name}
            </Link>
          ))}
        </nav>
        <div className="stack">
          <Suspense fallback={<Loading lines={8} height={400} />}>
            <shown.Page />
          </Suspense>
        </div>
      </div>
    </>
  )
}
