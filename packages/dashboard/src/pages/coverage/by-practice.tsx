import type { Coverage } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../design/button.tsx'
import { share } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { type Column, Table } from '../../design/table.tsx'

type Place = Coverage['practices'][number]
const FIRST = 20

const COLUMNS: readonly Column<Place>[] = [
  {
    head: 'Practice',
    cell: ({ practice }) =>
      practice ? <Link href={to.practice(practice.code)}>{practice.name}</Link> : 'Practice not known',
  },
  { head: 'Owned', number: true, cell: ({ listed }) => count(listed) },
  { head: 'Watched', number: true, cell: ({ watched }) => count(watched) },
  { head: 'Without an agent', number: true, cell: ({ listed, watched }) => count(listed - watched) },
  { head: 'Share', number: true, cell: ({ listed, watched }) => share(watched / Math.max(1, listed)) },
]

/** Where machines without an agent stand; the practices with most of them first. */
export function ByPractice({ practices }: { practices: readonly Place[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? practices : practices.slice(0, FIRST)
  return (
    <>
      <Table label="By practice" columns={COLUMNS} items={shown} keyOf={({ practice }) => practice?.code ?? ''} />
      {shown.length < practices.length && (
        <p>
          <Button onClick={() => setAll(true)}>All {count(practices.length)} practices</Button>
        </p>
      )}
    </>
  )
}
