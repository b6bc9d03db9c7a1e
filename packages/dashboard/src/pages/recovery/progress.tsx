import type { RecoveryPage } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { share } from '../../design/format.ts'

/** How far recovery has come: verified, said to be recovered, attended, and the rest, as one bar and four numbers. */
export function Progress({ counts }: { counts: RecoveryPage['counts'] }) {
  const { affected, attended, recovered, verified, missing } = counts
  const all = Math.max(affected, 1)
  const figures = [
    { name: 'were hit', n: affected },
    { name: 'attended', n: attended },
    { name: 'recovered', n: recovered },
    { name: 'verified', n: verified },
    { name: 'missing', n: missing },
  ]
  return (
    <section className="progress" aria-label="Progress">
      <p className="progress-head">
        <b>{share(recovered / all)}</b> recovered, <b>{share(verified / all)}</b> verified{' '}
        <span className="quiet small">by a clean boot and 30 minutes up</span>
      </p>
      <div className="progress-bar" aria-hidden="true">
        <i className="fill-ok progress-verified" style={{ inlineSize: `${(100 * verified) / all}%` }} />
        <i className="fill-ok" style={{ inlineSize: `${(100 * Math.max(0, recovered - verified)) / all}%` }} />
        <i className="fill-warn" style={{ inlineSize: `${(100 * Math.max(0, attended - recovered)) / all}%` }} />
      </div>
      <dl className="figures">
        {figures.map(({ name, n }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
