import { counted } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { useMay } from '../../session/may.ts'
import { SCREEN } from '../here/words.ts'

/** What the practice's staff said of their PCs by their own page, and the card that leads there. */
export function StaffPage({ code }: { code: string }) {
  const answer = useAnswer('practiceReports', { path: { code } })
  const { data } = answer
  const may = useMay('admin')
  const reports = data?.items ?? []
  return (
    <Panel title="What staff say" aside={reports.length > 0 && counted(reports.length, 'report')}>
      {!data ? (
        <Awaited of={answer} />
      ) : reports.length === 0 ? (
        <p className="quiet">
          Nothing in the last week. Staff can report from their practice’s own page, on any telephone.
        </p>
      ) : (
        <ul className="plain-list">
          {reports.map(({ at, machine, which, screen, stopCode }) => (
            <li key={`${at} ${which}`}>
              <Time at={at} /> {machine === null ? which : <Link href={to.machine(machine)}>{which}</Link>}:{' '}
              {SCREEN[screen]}
              {stopCode && ` (${stopCode})`}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <p className="no-print">
          <Link className="button" href={to.card(code)}>
            Card for its wall
          </Link>
        </p>
      )}
    </Panel>
  )
}
