import type { Cohort } from '@pumphandle/shared/api'
import { counted } from '@pumphandle/shared/words'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { ShowMore } from '../../design/show-more.tsx'
import { useHeld, useSteady } from '../../design/steady.ts'
import { Card } from './card.tsx'
import { useRecovery } from './rows.ts'

interface Props {
  incident: string
  cohort: Cohort | undefined
  practice?: string
  name?: string
  /** Said where there is none. */
  none: string
}

/** Machines of the board as cards; they keep their places while a hand is on them. */
export function Cards({ incident, none, ...wanted }: Props) {
  const rows = useRecovery(incident, wanted)
  const { held, props } = useHeld()
  const { items, pending, release } = useSteady(rows.data?.pages.flatMap((p) => p.items) ?? [], (r) => r.machine, held)
  if (!rows.data) return <Awaited of={rows} lines={3} height={140} />
  if (items.length === 0) return <p className="quiet">{none}</p>
  return (
    <>
      <output className="recovery-pending">
        {pending > 0 && (
          <Button kind="bare" onClick={release}>
            {counted(pending, 'change')}
          </Button>
        )}
      </output>
      <ul className="cards" {...props}>
        {items.map((row) => (
          <Card key={row.machine} row={row} incident={incident} />
        ))}
      </ul>
      <ShowMore of={rows} />
    </>
  )
}
