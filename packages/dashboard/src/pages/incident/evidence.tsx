import type { Explanation } from '@pumphandle/shared/api'
import { componentWords, count } from '@pumphandle/shared/words'
import { share } from '../../design/format.ts'
import { Time } from '../../design/time.tsx'

/** The comparison that the finding rests on, and what it takes for granted. */
export function Evidence({ explanation }: { explanation: Explanation }) {
  const { exposed, unexposed } = explanation.table
  const { judgedAt } = explanation
  const rows = [
    { name: 'With the suspect', ...exposed, fill: 'fill-crash' },
    { name: 'Comparable, without it', ...unexposed, fill: 'fill-off' },
  ]
  const rate = (r: { machines: number; failures: number }) => (r.machines === 0 ? 0 : r.failures / r.machines)
  const most = Math.max(...rows.map(rate), 0.0001)
  return (
    <div className="stack">
      {judgedAt !== undefined && (
        <p className="quiet small">
          As it was counted at <Time at={judgedAt} as="seconds" />, when this was last judged. What has failed since is
          in the numbers above.
        </p>
      )}
      <div className="table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Machines</th>
              <th scope="col" className="number">
                Watched
              </th>
              <th scope="col" className="number">
                Failed
              </th>
              <th scope="col" colSpan={2}>
                Share that failed
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td className="number">{count(row.machines)}</td>
                <td className="number">{count(row.failures)}</td>
                <td className="evidence-bar" aria-hidden="true">
                  <i className={row.fill} style={{ inlineSize: `${(100 * rate(row)) / most}%` }} />
                </td>
                <td className="number">
                  <b>{share(rate(row))}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        Failures of one practice count as one voice, so that a power cut is not many failures. Counted so,{' '}
        {told(explanation.observed)} came where {told(explanation.expected).toLowerCase()} were expected. If nothing
        were wrong, the chance of that would be <Odds logP={explanation.logP} />; an incident is raised when it is less
        than <Odds logP={explanation.logThreshold} />.
      </p>
      <details>
        <summary>What was counted, and what is taken for granted</summary>
        <ul className="bullets">
          <li>
            Counted: {explanation.failureClass}, {explanation.ageWindow}, over the last {explanation.memory}.
          </li>
          {explanation.assumptions.map((a) => (
            <li key={a}>{a}</li>
          ))}
          {explanation.spared.length > 0 && (
            <li>
              Should have failed by now if the cause were another, and did not: machines with{' '}
              {explanation.spared.map(componentWords).join(', ')}.
            </li>
          )}
        </ul>
      </details>
    </div>
  )
}

const told = (x: number) => (x >= 10 ? count(Math.round(x)) : x >= 0.1 ? x.toFixed(1) : 'Fewer than 0.1')

/** A probability, given as its logarithm, as odds: `1 in 40,000`, and beyond a billion as a power of ten. */
function Odds({ logP }: { logP: number }) {
  const digits = -logP / Math.LN10
  if (digits <= 9) return `1 in ${count(Math.round(10 ** digits))}`
  return (
    <>
      1 in 10<sup>{Math.round(digits)}</sup>
    </>
  )
}
