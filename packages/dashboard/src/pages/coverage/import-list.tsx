import { LIST_SOURCES, type ListSource } from '@pumphandle/shared/api'
import { count, counted, textOf } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { SelectField, TextField } from '../../design/inputs.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { HOW, SOURCE } from './words.ts'

const FIRST: ListSource = LIST_SOURCES[0]

/** A list of what the organisation owns: first what it would say, then it takes the place of the one before. */
export default function ImportList() {
  const [source, setSource] = useState<ListSource>(FIRST)
  const [file, setFile] = useState<File>()
  const run = useChange('coverageImport', ['coverage', 'coverageMachines'])
  const send = async (dryRun: '0' | '1', chosen = file) => {
    if (chosen) run.mutate({ query: { source, dryRun }, text: textOf(await chosen.arrayBuffer()) })
  }
  const result = run.data
  return (
    <Panel title="Import a list">
      <div className="form">
        <SelectField
          label="Where it comes from"
          value={source}
          options={SOURCE}
          hint={<code className="coverage-command">{HOW[source]}</code>}
          onChange={(next) => {
            setSource(next)
            run.reset()
          }}
        />
        <TextField
          label="File"
          type="file"
          accept=".csv,text/csv"
          error={run.error?.message}
          onChange={(e) => {
            const [chosen] = e.target.files ?? []
            setFile(chosen)
            run.reset()
            // nothing is changed by looking
            void send('1', chosen)
          }}
        />
        <p className="cluster">
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
              Import {counted(result.machines, 'machine')}
            </Button>
          )}
        </p>
      </div>
      {result && (
        <>
          <Notice
            title={result.dryRun ? 'Nothing is changed yet' : 'Done'}
            shape={result.dryRun ? 'question' : 'tick'}
            tone={result.dryRun ? 'warn' : 'ok'}
          >
            {counted(result.machines, 'machine')}, of {count(result.placed)} the practice is known;{' '}
            {counted(result.skipped, 'row')} left out (disabled, or not Windows)
            {result.twice > 0 && `, ${count(result.twice)} of computers that stand there twice`}; {count(result.gone)}{' '}
            of the list before {result.gone === 1 ? 'is' : 'are'} not in it any more.
          </Notice>
          {result.errors.length > 0 && (
            <Table
              label="Rows with errors"
              columns={[
                { head: 'Row', cell: (e) => count(e.row) },
                { head: 'What is wrong', cell: (e) => e.message },
              ]}
              items={result.errors}
              keyOf={(e) => e.row}
            />
          )}
        </>
      )}
    </Panel>
  )
}
