import { count } from '@pumphandle/shared/words'
import { Button } from '../../design/button.tsx'
import { useMay } from '../../session/may.ts'
import { MarkThese } from './mark-these.tsx'
import { MoveThese } from './move-these.tsx'
import { RetireThese } from './retire-these.tsx'
import { TagThese } from './tag-these.tsx'

interface Props {
  ids: readonly string[]
  /** The incident that the question is about, where it is about one. */
  incident: number | undefined
  onNone: () => void
}

/** What can be done with the machines that were ticked. */
export function Ticked({ ids, incident, onNone }: Props) {
  const mayMove = useMay('admin')
  return (
    <div className="cluster machines-ticked" role="toolbar" aria-label="What to do with those that are ticked">
      <b>{count(ids.length)} ticked</b>
      <TagThese which={{ ids: [...ids] }} total={ids.length} word="Tag" />
      {incident !== undefined && <MarkThese incident={incident} ids={ids} />}
      <RetireThese which={{ ids: [...ids] }} total={ids.length} word="Retire" onRetired={onNone} />
      {mayMove && <MoveThese which={{ ids: [...ids] }} total={ids.length} word="Move" />}
      <Button kind="bare" onClick={onNone}>
        Clear
      </Button>
    </div>
  )
}
