import type { MachineDetail } from '@pumphandle/shared/api'
import { Link, useLocation } from 'wouter'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Time } from '../../design/time.tsx'
import { useMay } from '../../session/may.ts'
import { BackOrGone } from '../retired/back-or-gone.tsx'

/**
 * Takes a machine out of the fleet that was re-imaged, replaced or scrapped: for those who are on site. At once, for what comes
 * in its place on the page brings it back.
 */
export function Retirement({ detail }: { detail: MachineDetail }) {
  const { id, name, state } = detail.machine
  const retire = useChange('machinesRetire', ['machine', 'machines', 'overview'])
  if (!useMay('technician') || state === 'healthy' || detail.retired) return null
  return (
    <>
      <Button
        kind="bare"
        busy={retire.isPending}
        onClick={() => retire.mutate({ body: { ids: [id], why: 'Retired on its page' } })}
      >
        Retire<span className="visually-hidden"> {name}</span>
      </Button>
      {retire.data?.retired === 0 && <output>It is connected, and stays.</output>}
      <Failure error={retire.error} />
    </>
  )
}

/** Says of a machine that it is out of the fleet, since when and why, and brings it back or deletes it. */
export function Retired({ detail }: { detail: MachineDetail }) {
  const { id, name } = detail.machine
  const [, go] = useLocation()
  const { retired } = detail
  if (!retired) return null
  return (
    <div className="machine-away">
      <p>
        Retired <Time at={retired.at} />:{' '}
        {retired.as ? (
          <>
            enrolled anew as <Link href={to.machine(retired.as.id)}>{retired.as.name}</Link>
          </>
        ) : (
          retired.why
        )}
        . It is not counted, listed or expected; what follows is what was known of it. Should it connect again, it is
        back by itself.
      </p>
      <BackOrGone body={{ ids: [id] }} what={name} onDeleted={() => go(to.retired())}>
        <Link href={to.retired()}>All retired machines</Link>
      </BackOrGone>
    </div>
  )
}
