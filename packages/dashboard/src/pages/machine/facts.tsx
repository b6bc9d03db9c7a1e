import type { MachineDetail } from '@pumphandle/shared/api'
import { duration } from '@pumphandle/shared/words'
import { Facts } from '../../design/facts.tsx'
import { bytes, memory } from '../../design/format.ts'
import { Mark } from '../../design/mark.tsx'
import { Time } from '../../design/time.tsx'
import { SettingsLink } from '../../session/settings-link.tsx'

const percent = (x: number | undefined) => (x === undefined ? '–' : `${Math.round(x)}%`)

export function Vitals({ vitals }: { vitals: MachineDetail['vitals'] }) {
  if (!vitals) return <p className="quiet">None yet: they come with the first heartbeat.</p>
  const { uptimeSeconds, cpuPercent, memoryUsedPercent, memoryBytes, diskFreeBytes, diskBytes } = vitals
  return (
    <Facts
      facts={[
        ['Up for', duration(uptimeSeconds * 1000)],
        ['Processor', percent(cpuPercent)],
        ['Memory', `${percent(memoryUsedPercent)}${memoryBytes === undefined ? '' : ` of ${memory(memoryBytes)}`}`],
        [
          'Disk free',
          diskFreeBytes === undefined
            ? '–'
            : `${bytes(diskFreeBytes)}${diskBytes === undefined ? '' : ` of ${bytes(diskBytes)}`}`,
        ],
      ]}
    />
  )
}

const STEPS = {
  dns: 'its name is not found',
  tcp: 'no connection',
  tls: 'no secure connection',
  http: 'no answer',
} as const
type Probe = NonNullable<MachineDetail['reachability']>['results'][number]

/** The slowest step decides what a person feels, so the sum is told. */
const tookMs = (p: Probe) => Math.round((p.dnsMs ?? 0) + (p.tcpMs ?? 0) + (p.tlsMs ?? 0) + (p.httpMs ?? 0))

export function Reachability({ results }: { results: readonly Probe[] | undefined }) {
  if (!results || results.length === 0)
    return (
      <p className="quiet">
        Nothing measured. Name the clinical system and others in{' '}
        <SettingsLink part="detection">Settings, Detection and retention</SettingsLink>.
      </p>
    )
  return (
    <ul className="plain-list">
      {results.map((p) => (
        <li key={p.name} className="fact-line">
          <span>{p.name}</span>
          {p.ok ? (
            <Mark look={{ shape: 'tick', tone: 'ok', word: `${tookMs(p)} ms` }} />
          ) : (
            <Mark look={{ shape: 'cross', tone: 'crash', word: p.failedAt ? STEPS[p.failedAt] : 'not reached' }} />
          )}
        </li>
      ))}
    </ul>
  )
}

const READY: Record<string, string> = {
  recoveryEnvironment: 'Recovery environment enabled',
  bitlocker: 'BitLocker on',
  bitlockerKeyEscrowed: 'BitLocker key escrowed',
  crashDumps: 'Crash dumps written',
  safeModeAgent: 'Agent runs in Safe Mode with Networking',
}

export function Readiness({ readiness }: { readiness: MachineDetail['readiness'] }) {
  if (!readiness) return <p className="quiet">Not read yet.</p>
  return (
    <ul className="plain-list">
      {Object.entries(readiness).map(([key, yes]) => (
        <li key={key} className="fact-line">
          <span>{READY[key] ?? key}</span>
          <Mark look={yes ? { shape: 'tick', tone: 'ok', word: 'Yes' } : { shape: 'bang', tone: 'warn', word: 'No' }} />
        </li>
      ))}
    </ul>
  )
}

const PROOFS = {
  key: 'a key of its own',
  secret: 'a secret (its agent is old)',
  nothing: 'nothing yet: no agent of it enrolled',
} as const

/** What was noticed of the computers behind the machine's key, the latest first. */
export function IdentityNotes({ notes }: { notes: MachineDetail['identity']['notes'] }) {
  if (notes.length === 0) return null
  return (
    <ul className="plain-list">
      {notes.map((note) => (
        <li key={`${note.at} ${note.kind}`}>
          <Time at={note.at} /> {note.text}
        </li>
      ))}
    </ul>
  )
}

/** Milliseconds that a clock may be off before it is worth a word. */
const SKEW_MS = 5000

export function Identity({ detail }: { detail: MachineDetail }) {
  const skew = detail.clockSkewMs ?? 0
  const facts: [string, React.ReactNode][] = [
    ['Model', [detail.maker, detail.machine.model].filter(Boolean).join(' ') || '–'],
    ['Serial number', detail.serialNumber ?? '–'],
    ['Windows', detail.osName ?? '–'],
    ['Agent', detail.agentVersion ?? '–'],
    ['Enrolled', <Time key="t" at={detail.enrolledAt} />],
    [
      'Counts since',
      detail.establishedAt === null ? 'not yet: on probation' : <Time key="e" at={detail.establishedAt} />,
    ],
    ['Enrolled with', detail.enrolledWith ?? '–'],
    ['Proves itself by', PROOFS[detail.identity.provenBy]],
    ['Id', <code key="c">{detail.machine.id}</code>],
  ]
  if (Math.abs(skew) > SKEW_MS) facts.push(['Clock', `${duration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`])
  for (const [key, value] of Object.entries(detail.hardware ?? {})) facts.push([key, String(value)])
  return <Facts facts={facts} />
}
