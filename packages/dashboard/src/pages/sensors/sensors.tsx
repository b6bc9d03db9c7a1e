import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Notice } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import { NeedsALook } from './needs-a-look.tsx'
import { Product } from './product.tsx'
import './sensors.css'

/** Each security product: its versions, who runs them, what can be said of them; what needs a look first. */
export default function SensorsPage() {
  usePageTitle('Sensors')
  const answer = useAnswer('sensors')
  const { data } = answer
  return (
    <>
      <div className="page-head">
        <h1>Sensors</h1>
        <p>
          Versions of security products and of what they load, and what can be said of each. What needs a look first.
        </p>
      </div>
      {!data && <Awaited of={answer} lines={10} height={600} />}
      {data?.products.length === 0 && (
        <Notice title="No sensor seen yet">
          Agents report the security products they find with their first inventory.
        </Notice>
      )}
      <div className="stack">
        <NeedsALook />
        {data?.products.map((product) => (
          <Product key={`${product.kind}:${product.name}`} product={product} />
        ))}
      </div>
    </>
  )
}
