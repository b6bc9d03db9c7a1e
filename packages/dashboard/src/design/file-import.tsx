import { count } from '@pumphandle/shared/words'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { TextField } from './inputs.tsx'
import { Notice } from './notice.tsx'
import { type Column, Table } from './table.tsx'

interface RowError {
  readonly row: number
  readonly message: string
}

const ERRORS: readonly Column<RowError>[] = [
  { head: 'Row', cell: (e) => count(e.row) },
  { head: 'What is wrong', cell: (e) => e.message },
]

interface Props {
  readonly send: (dryRun: '0' | '1', file: File) => unknown
  /** Forgets what was answered: another file is another question. */
  readonly reset: () => void
  readonly busy: boolean
  readonly error: string | undefined
  /** What the collector said of the file; undefined until it has. */
  readonly result: { readonly dryRun: boolean; readonly errors: readonly RowError[] } | undefined
  /** The button that does it, said with what it does. */
  readonly act: string
  /** What stands before the file. */
  readonly before?: ReactNode
  readonly children?: ReactNode
}

/** A file whose rows become something: first what it would change, which changes nothing, then the change. */
export function FileImport({ send, reset, busy, error, result, act, before, children }: Props) {
  const [file, setFile] = useState<File>()
  return (
    <>
      <div className="form">
        {before}
        <TextField
          label="File"
          type="file"
          accept=".csv,text/csv"
          error={error}
          onChange={(e) => {
            const [chosen] = e.target.files ?? []
            setFile(chosen)
            reset()
            if (chosen) send('1', chosen)
          }}
        />
        <p className="cluster">
          <Button
            kind={result ? 'plain' : 'primary'}
            busy={busy}
            disabled={!file}
            onClick={() => file && send('1', file)}
          >
            Show what would change
          </Button>
          {result?.dryRun && (
            <Button kind="primary" busy={busy} onClick={() => file && send('0', file)}>
              {act}
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
            {children}
          </Notice>
          {result.errors.length > 0 && (
            <Table label="Rows with errors" columns={ERRORS} items={result.errors} keyOf={(e) => e.row} />
          )}
        </>
      )}
    </>
  )
}
