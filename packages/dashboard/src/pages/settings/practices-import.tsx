import type { PracticesImport } from '@pumphandle/shared/api'
import { count, counted, textOf } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { TextField } from '../../design/inputs.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { type Column, Table } from '../../design/table.tsx'
import './settings.css'

const ERRORS: readonly Column<PracticesImport['errors'][number]>[] = [
  { head: 'Row', cell: (e) => count(e.row) },
  { head: 'What is wrong', cell: (e) => e.message },
]
const CHANGES: readonly Column<PracticesImport['sample'][number]>[] = [
  { head: 'Code', cell: (s) => s.code },
  { head: 'Change', cell: (s) => s.change },
]

/** Practices from the NHS ODS file or a CSV: first what would change, then the change. */
export default function PracticesImportPart() {
  const [file, setFile] = useState<File>()
  const run = useChange('practicesImport', ['practices', 'tiles', 'practice'])
  const send = async (dryRun: '0' | '1', chosen = file) => {
    if (chosen) run.mutate({ query: { dryRun }, text: textOf(await chosen.arrayBuffer()) })
  }
  const result = run.data
  return (
    <Panel title="Practices" className="part">
      <p className="quiet">
        Take the ODS file of general practices (epraccur.csv from NHS England) as it is, or a CSV with the columns code,
        name, pcn, region. Closed and merged practices keep their history.
      </p>
      <div className="form">
        <TextField
          label="File"
          error={run.error?.message}
          type="file"
          accept=".csv,text/csv"
          onChange={(e) => {
            const [chosen] = e.target.files ?? []
            setFile(chosen)
            run.reset()
            // nothing is changed by looking
            void send('1', chosen)
          }}
        />
        <div className="cluster">
          <Button
            kind={result ? 'plain' : 'primary'}
            busy={run.isPending}
            disabled={!file}
            onClick={() => void send('1')}
          >
            Show what would change
          </Button>
          {result?.dryRun && (
            <Button kind="primary" busy={run.isPending} onClick={() => void send('0')}>
              Change {counted(result.added + result.changed + result.closed, 'practice')}
            </Button>
          )}
        </div>
      </div>
      {result && (
        <>
          <Notice
            title={result.dryRun ? 'Nothing is changed yet' : 'Done'}
            shape={result.dryRun ? 'question' : 'tick'}
            tone={result.dryRun ? 'warn' : 'ok'}
          >
            {count(result.rows)} rows: {count(result.added)} new, {count(result.changed)} changed,{' '}
            {count(result.closed)} closed, {count(result.unchanged)} as they were.
          </Notice>
          {result.errors.length > 0 && (
            <Table label="Rows with errors" columns={ERRORS} items={result.errors} keyOf={(e) => e.row} />
          )}
          {result.sample.length > 0 && (
            <Table label="Some of the changes" columns={CHANGES} items={result.sample} keyOf={(s) => s.code} />
          )}
        </>
      )}
    </Panel>
  )
}
