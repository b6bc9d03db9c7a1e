import type { SensorProduct } from '@pumphandle/shared/api'
import { Link } from 'wouter'
import { productWords } from '../../design/component-words.ts'
import { count, plural } from '../../design/format.ts'
import { term, to } from '../../design/links.ts'
import { Panel } from '../../design/panel.tsx'
import { Time } from '../../design/time.tsx'
import { AdoptionChart } from './adoption-chart.tsx'
import { RateBar } from './rate-bar.tsx'

/** Versions shown; older ones are reached by the query. */
const SHOWN = 8

export function Product({ product }: { product: SensorProduct }) {
  const { kind, name, versions, machines, lagging } = product
  const most = Math.max(0.1, ...versions.map((v) => v.rateHigh ?? 0))
  const query = term(kind, name)
  return (
    <Panel
      title={`${productWords(name)}${kind === 'content' && !name.includes('/') ? ' content' : ''}`}
      aside={
        <>
          <Link href={to.machines(query)}>{plural(machines, 'machine')}</Link>
          {lagging > 0 && <>, {count(lagging)} on a version older than the two newest</>}
        </>
      }
    >
      <div className="product">
        <div className="table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col">First seen</th>
                <th scope="col" className="number">
                  Machines
                </th>
                <th scope="col" className="number">
                  Crashes
                </th>
                <th scope="col">Crash rate, with its 95% interval</th>
              </tr>
            </thead>
            <tbody>
              {versions.slice(0, SHOWN).map((v) => (
                <tr key={v.component.key}>
                  <th scope="row" className="nowrap">
                    <Link href={to.machines(v.component.key)}>{v.component.version}</Link>
                    {v.newest && <span className="tag">newest</span>}
                    {v.oldest && !v.newest && <span className="tag">oldest</span>}
                  </th>
                  <td className="nowrap">
                    <Time at={v.firstSeen} />
                  </td>
                  <td className="number">
                    <Link href={to.machines(v.component.key)}>{count(v.machines)}</Link>
                  </td>
                  <td className="number">
                    {v.crashes === 0 ? (
                      0
                    ) : (
                      <Link href={to.machines(`${v.component.key} crashed:<7d`)}>{count(v.crashes)}</Link>
                    )}
                  </td>
                  <td>
                    <RateBar rate={v.rate} low={v.rateLow} high={v.rateHigh} most={most} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {versions.length > SHOWN && (
            <p className="quiet small">
              and {count(versions.length - SHOWN)} older versions on{' '}
              {plural(
                versions.slice(SHOWN).reduce((n, v) => n + v.machines, 0),
                'machine',
              )}
            </p>
          )}
        </div>
        <AdoptionChart kind={kind} name={name} />
      </div>
    </Panel>
  )
}
