// Cells of a virtualised table, see machine-table.tsx.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import type { MachineRow } from '@pumphandle/shared/api'
import { memo } from 'react'
import type { Column } from './columns.tsx'

/** One machine's cells. */
export const MachineCells = memo(
  function MachineCells({ row, columns }: { row: MachineRow; columns: readonly Column[] }) {
    return (
      <>
        {columns.map(({ id, cell }) => (
          <div role="cell" key={id}>
            {cell(row)}
          </div>
        ))}
      </>
    )
  },
  (a, b) => a.row === b.row && a.columns.length === b.columns.length && a.columns.every((c, i) => c === b.columns[i]),
)
