import { Suspense, useEffect, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { to } from '../design/links.ts'
import { Logo } from '../design/logo.tsx'
import { Loading } from '../design/notice.tsx'
import { LiveWord } from '../live/live-word.tsx'
import { Past } from '../live/past.tsx'
import { useMay } from '../session/may.ts'
import { useMe } from '../session/me.ts'
import { Account } from './account.tsx'
import { Boundary } from './boundary.tsx'
import { DemoBar } from './demo-bar.tsx'
import { News, UnderWay } from './news.tsx'
import { Search } from './search.tsx'
import { Shortcuts } from './shortcuts.tsx'
import './shell.css'

const PAGES = [
  { href: to.overview(), name: 'Overview' },
  { href: to.incidents(), name: 'Incidents' },
  { href: to.machines(), name: 'Machines' },
  { href: to.practices(), name: 'Practices' },
  { href: to.sensors(), name: 'Sensors' },
] as const

/** A wheel with eight teeth. */
const Gear = () => (
  <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" stroke="currentColor">
    <circle cx="10" cy="10" r="6.6" strokeWidth="3" strokeDasharray="3.2 1.984" />
    <circle cx="10" cy="10" r="3.9" strokeWidth="2.4" />
  </svg>
)

const current = (path: string, href: string) => (href === '/' ? path === '/' : path.startsWith(href))

/** The frame of every page: where you are, where you can go, search, and whether what you see is live. */
export function Shell({ children }: { children: React.ReactNode }) {
  const [path] = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  const me = useMe()
  const may = useMay('admin')

  // a new page starts at its top, and the keyboard and the screen reader start there too
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [path])

  return (
    <>
      <a className="skip no-print" href="#main">
        Skip to content
      </a>
      {me.demo && <DemoBar />}
      <header className="top no-print">
        <Link className="brand" href={to.overview()} aria-label="Pumphandle, overview">
          <Logo />
          <span>Pumphandle</span>
        </Link>
        <nav className="nav" aria-label="Pages">
          {PAGES.map(({ href, name }) => (
            <Link key={href} href={href} aria-current={current(path, href) ? 'page' : undefined}>
              {name} {href === to.incidents() && <UnderWay />}
            </Link>
          ))}
        </nav>
        <Search />
        <LiveWord />
        {may && (
          <Link className="top-settings" href={to.settings()} aria-label="Settings" title="Settings">
            <Gear />
          </Link>
        )}
        <Account />
      </header>
      <Past />
      <News />
      <Shortcuts />
      <main id="main" className="page" ref={main} tabIndex={-1}>
        <Boundary key={path}>
          <Suspense fallback={<Loading height={600} />}>{children}</Suspense>
        </Boundary>
      </main>
    </>
  )
}
