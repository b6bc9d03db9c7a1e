import { LIST_SOURCES, type ListSource } from '@pumphandle/shared/api'
import { count, counted, textOf } from '@pumphandle/shared/words'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { FileImport } from '../../design/file-import.tsx'
import { SelectField } from '../../design/inputs.tsx'
import { Panel } from '../../design/panel.tsx'
import { HOW, SOURCE, sourceOf } from './words.ts'

const FIRST: ListSource = LIST_SOURCES[0]

/** A list of what the organisation owns: first what it would say, then it takes the place of the one before. */
export default function ImportList() {
  const [source, setSource] = useState<ListSource>(FIRST)
  // what somebody chose stands; else the file's columns say it
  const [chosen, setChosen] = useState(false)
  const run = useChange('coverageImport', ['coverage', 'coverageMachines'])
  const result = run.data
  return (
    <Panel title="Import a list">
      <FileImport
        send={async (dryRun, file) => {
          const text = textOf(await file.arrayBuffer())
          const from = (!chosen && sourceOf(text)) || source
          setSource(from)
          run.mutate({ query: { source: from, dryRun }, text })
        }}
        reset={run.reset}
        busy={run.isPending}
        error={run.error?.message}
        result={result}
        act={`Import ${counted(result?.machines ?? 0, 'machine')}`}
        before={
          <SelectField
            label="Where it comes from"
            value={source}
            options={SOURCE}
            hint={<code className="coverage-command">{HOW[source]}</code>}
            onChange={(next) => {
              setSource(next)
              setChosen(true)
              run.reset()
            }}
          />
        }
      >
        {result && (
          <>
            {counted(result.machines, 'machine')}, of {count(result.placed)} the practice is known;{' '}
            {counted(result.skipped, 'row')} left out (disabled, or not Windows)
            {result.twice > 0 && `, ${count(result.twice)} of computers that stand there twice`}; {count(result.gone)}{' '}
            of the list before {result.gone === 1 ? 'is' : 'are'} not in it any more.
          </>
        )}
      </FileImport>
    </Panel>
  )
}
