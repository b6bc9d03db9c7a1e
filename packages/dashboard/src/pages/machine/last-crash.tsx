import type { CrashRow } from '@pumphandle/shared/api'
import { duration, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { Facts } from '../../design/facts.tsx'
import { to } from '../../design/links.ts'

const CONFIDENCE = { high: 'sure', medium: 'likely', low: 'a guess' } as const
const SOURCES: Record<string, string> = {
  'log-1001': 'event log (1001)',
  'log-41': 'event log (Kernel-Power 41)',
  'log-wer': 'Windows Error Reporting',
  minidump: 'minidump',
  'memory-dump': 'memory dump',
}

/** A crash in full: what stopped, which driver is held to be at fault and why, and what else was loaded. */
export function LastCrash({ crash }: { crash: CrashRow }) {
  const { culprit } = crash
  const facts: [string, React.ReactNode][] = []
  if (crash.stopCode)
    facts.push([
      'Stop code',
      <span key="s">
        <Link href={to.machines(term('stop', crash.stopCode))}>
          <code>{crash.stopCode}</code>
        </Link>{' '}
        {crash.stopName}
      </span>,
    ])
  if (crash.parameters.length > 0) facts.push(['Parameters', <code key="p">{crash.parameters.join(' ')}</code>])
  if (crash.process) facts.push(['Process', <code key="pr">{crash.process}</code>])
  if (crash.module) facts.push(['Module', <code key="m">{crash.module}</code>])
  if (crash.uptimeSeconds !== null) facts.push(['After', `${duration(crash.uptimeSeconds * 1000)} up`])
  if (crash.dump) facts.push(['Dump', <code key="d">{crash.dump}</code>])
  facts.push(['Seen in', crash.sources.map((s) => SOURCES[s] ?? s).join(', ') || '–'])
  return (
    <>
      {culprit && (
        <p className="culprit">
          <Link href={to.machines(term('culprit', culprit.driver))}>
            <code>{culprit.driver}</code>
          </Link>{' '}
          {culprit.version} is held to be at fault ({CONFIDENCE[culprit.confidence]}).{' '}
          <span className="quiet">{culprit.reason.replace(/\.?$/, '.')}</span>
        </p>
      )}
      <Facts facts={facts} wide />
      {crash.drivers.length > 0 && (
        <details>
          <summary>{crash.drivers.length} third-party drivers were loaded</summary>
          <ul className="drivers">
            {crash.drivers.map((d) => (
              <li key={d.name}>
                <code>{d.name}</code> <span className="quiet">{d.version ?? 'version not known'}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
