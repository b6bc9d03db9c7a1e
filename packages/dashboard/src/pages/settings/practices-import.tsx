import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { count, plural } from '../../design/format.ts'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Rows } from './rows.tsx'

/** Practices from the NHS ODS file or a CSV: first what would change, then the change. */
export default function PracticesImportPart() {
  const [file, setFile] = useState<File>()
  const run = useChange('practicesImport', ['practices', 'tiles', 'practice'])
  const send = async (dryRun: '0' | '1') => {
    if (file) run.mutate({ query: { dryRun }, text: await file.text() })
  }
  const result = run.data
  return (
    <Panel title="Practices">
      <p className="quiet">
        Take the ODS file of general practices (epraccur.csv from NHS England) as it is, or a CSV with the columns code,
        name, pcn, region. Closed and merged practices keep their history.
      </p>
      <div className="form">
        <Field label="File" error={run.error?.message}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="file"
              accept=".csv,text/csv"
              onChange={(e) => {
                setFile(e.target.files?.[0])
                run.reset()
              }}
            />
          )}
        </Field>
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
              Change {plural(result.added + result.changed + result.closed, 'practice')}
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
          <Rows
            label="Rows with errors"
            heads={['Row', 'What is wrong']}
            items={result.errors}
            keyOf={(e) => e.row}
            cells={(e) => [count(e.row), e.message]}
            empty="No row has an error."
          />
          <Rows
            label="Some of the changes"
            heads={['Code', 'Change']}
            items={result.sample}
            keyOf={(s) => s.code}
            cells={(s) => [s.code, s.change]}
            empty=""
          />
        </>
      )}
    </Panel>
  )
}
