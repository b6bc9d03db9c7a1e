import type { PracticesImport } from '@pumphandle/shared/api'
import { count, counted, textOf } from '@pumphandle/shared/words'
import { useChange } from '../../api/use.ts'
import { FileImport } from '../../design/file-import.tsx'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import './settings.css'

const CHANGES: readonly Column<PracticesImport['sample'][number]>[] = [
  { head: 'Code', cell: (s) => s.code },
  { head: 'Change', cell: (s) => s.change },
]

/** Practices from the NHS ODS file or a CSV: first what would change, then the change. */
export default function PracticesImportPart() {
  const run = useChange('practicesImport', ['practices', 'tiles', 'practice'])
  const result = run.data
  const changes = result ? result.added + result.changed + result.closed : 0
  return (
    <Panel title="Practices" className="part">
      <p className="quiet">
        Take the ODS file of general practices (epraccur.csv from NHS England) as it is, or a CSV with the columns code,
        name, pcn, region. Closed and merged practices keep their history.
      </p>
      <FileImport
        send={async (dryRun, file) => run.mutate({ query: { dryRun }, text: textOf(await file.arrayBuffer()) })}
        reset={run.reset}
        busy={run.isPending}
        error={run.error?.message}
        result={result}
        act={`Change ${counted(changes, 'practice')}`}
      >
        {result && (
          <>
            {count(result.rows)} rows: {count(result.added)} new, {count(result.changed)} changed,{' '}
            {count(result.closed)} closed, {count(result.unchanged)} as they were.
          </>
        )}
      </FileImport>
      {result && result.sample.length > 0 && (
        <Table label="Some of the changes" columns={CHANGES} items={result.sample} keyOf={(s) => s.code} />
      )}
    </Panel>
  )
}
