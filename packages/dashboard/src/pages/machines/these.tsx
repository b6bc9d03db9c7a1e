import { useMay } from '../../session/may.ts'
import { MoveThese } from './move-these.tsx'
import { RetireThese } from './retire-these.tsx'
import { TagThese } from './tag-these.tsx'

/** What can be done with all machines that a query finds. */
export function These({ q, total }: { q: string; total: number }) {
  const [mayTag, mayMove] = [useMay('technician'), useMay('admin')]
  if (!mayTag || q === '' || total === 0) return null
  return (
    <>
      <TagThese which={{ q }} total={total} word="Tag these" />
      <RetireThese which={{ q }} total={total} word="Retire these" />
      {mayMove && <MoveThese which={{ q }} total={total} word="Move these" />}
    </>
  )
}
