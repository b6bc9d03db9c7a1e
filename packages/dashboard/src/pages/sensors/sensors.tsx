import type { SensorProduct } from '@pumphandle/shared/api'
import { inWords, useAnswer } from '../../api/use.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import { Product } from './product.tsx'
import './sensors.css'

/** Each security product: its versions, who runs them, how they fare, who lags behind. */
export default function SensorsPage() {
  usePageTitle('Sensors')
  const { data, error } = useAnswer('sensors')
  // what a product loads stands below it
  const sorted = [...(data?.products ?? [])].sort((a, b) => family(a).localeCompare(family(b)))
  return (
    <>
      <div className="page-head">
        <h1>Sensors</h1>
        <p>
          Versions of security products and of what they load. Crash rates are per 1,000 machine-hours over the last 7
          days.
        </p>
      </div>
      {!data && error && <Notice title={inWords(error).title}>{inWords(error).detail}</Notice>}
      {!data && !error && <Loading lines={10} height={600} />}
      {data?.products.length === 0 && (
        <Notice title="No sensor seen yet">
          Agents report the security products they find with their first inventory.
        </Notice>
      )}
      <div className="stack">
        {sorted.map((product) => (
          <Product key={`${product.kind}:${product.name}`} product={product} />
        ))}
      </div>
    </>
  )
}

const family = (p: SensorProduct) => `${p.name.split('/')[0]} ${p.kind === 'sensor' ? 0 : 1} ${p.name}`
