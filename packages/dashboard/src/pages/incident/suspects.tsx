import type { Explanation } from '@pumphandle/shared/api'
import { componentWords, count, term } from '@pumphandle/shared/words'
import { Link } from 'wouter'
import { share } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'

/** Suspects shown before a press for the rest: the likeliest, and what it was weighed against. */
const FIRST = 3

/** Who explains the failures so much less well, by the logarithm of the likelihood, has no bar: "overwhelmingly" in words. */
const OVERWHELMING = 20

/** What could be at fault, best first, and for the others why not; below, what the crashes themselves name. */
export function Suspects({ explanation }: { explanation: Explanation }) {
  const { suspects, culprits, stopCodes } = explanation
  const most = suspects[0]?.strength ?? 0
  const one = (s: Explanation['suspects'][number], i: number) => (
    <li key={`${s.component.key} ${s.partner?.key}`}>
      <p>
        <Link href={to.having(s.component)}>
          <b>{componentWords(s.component)}</b>
        </Link>
        {s.partner && (
          <>
            {' '}
            together with <Link href={to.having(s.partner)}>{componentWords(s.partner)}</Link>
          </>
        )}
        {i === 0 && explanation.partnerVersions.length > 1 && (
          <span className="quiet"> (and {explanation.partnerVersions.map((c) => c.version).join(', ')})</span>
        )}
      </p>
      <span className="suspects-bar" aria-hidden="true">
        <i
          className={i === 0 ? 'fill-crash' : 'fill-off'}
          style={{ inlineSize: `${Math.max(1, 100 * (1 - (most - s.strength) / OVERWHELMING))}%` }}
        />
      </span>
      <p className="quiet">
        On {share(s.covers)} of the failing machines.{' '}
        {s.whyNot ?? (s.reasons.length > 0 ? `For it: ${s.reasons.join(', ')}.` : '')}
      </p>
    </li>
  )
  return (
    <div className="stack">
      <ol className="suspects">{suspects.slice(0, FIRST).map((s, i) => one(s, i))}</ol>
      {suspects.length > FIRST && (
        <details className="no-print">
          <summary>{suspects.length - FIRST} more, which explain it less well</summary>
          <ol className="suspects" start={FIRST + 1}>
            {suspects.slice(FIRST).map((s, i) => one(s, FIRST + i))}
          </ol>
        </details>
      )}
      {culprits.length + stopCodes.length === 0 ? (
        <Notice title="No crash report yet">The machines vanished; their reports come when they start again.</Notice>
      ) : (
        <div className="named">
          <div>
            <h3>Drivers that the crashes name</h3>
            <ul className="plain-list">
              {culprits.map((c) => (
                <li key={c.driver} className="fact-line">
                  <code>{c.driver}</code>
                  <Link href={to.machines(term('culprit', c.driver))}>{count(c.count)}</Link>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3>Stop codes</h3>
            <ul className="plain-list">
              {stopCodes.map((c) => (
                <li key={c.code} className="fact-line">
                  <span>
                    <code>{c.code}</code> <span className="quiet small">{c.name}</span>
                  </span>
                  <Link href={to.machines(term('stop', c.code))}>{count(c.count)}</Link>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  )
}
