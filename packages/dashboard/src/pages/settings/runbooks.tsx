import type { RunbookRow } from '@pumphandle/shared/api'
import { lazy, Suspense, useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { TextField } from '../../design/inputs.tsx'
import { Remove } from '../../design/remove.tsx'
import { Time } from '../../design/time.tsx'
import { Part } from './part.tsx'

const Markdown = lazy(() => import('../../design/markdown.tsx'))
const EMPTY: RunbookRow = { id: '', title: '', markdown: '', matches: [], updatedAt: 0, updatedBy: '' }

/** What to do, by cause. Shown on the incident's page and on the technician's sheet. */
export default function RunbooksPart() {
  const [editing, setEditing] = useState<RunbookRow>()
  const remove = useChange('runbookDelete', ['runbooks'])
  return (
    <Part
      title="Runbooks"
      about="Steps for a cause, in Markdown. The first that matches the suspect is shown with the incident and printed on the sheet."
      name="runbooks"
    >
      {({ items }) =>
        editing ? (
          <Editor runbook={editing} onDone={() => setEditing(undefined)} />
        ) : (
          <>
            <p>
              <Button onClick={() => setEditing(EMPTY)}>Write a new one</Button>
            </p>
            {items.map((r) => (
              <details key={r.id}>
                <summary>
                  <b>{r.title}</b> <span className="quiet small">for {r.matches.join(', ') || 'nothing yet'}</span>
                </summary>
                <Suspense>
                  <Markdown text={r.markdown} />
                </Suspense>
                <p className="cluster">
                  <Button onClick={() => setEditing(r)}>
                    Change<span className="visually-hidden"> {r.title}</span>
                  </Button>
                  <Remove
                    word="Remove"
                    what={r.title}
                    effect="Incidents of this cause show no steps."
                    busy={remove.isPending}
                    onConfirm={() => remove.mutate({ path: { id: r.id } })}
                  />
                  <span className="quiet small">
                    {r.updatedBy}, <Time at={r.updatedAt} />
                  </span>
                </p>
              </details>
            ))}
          </>
        )
      }
    </Part>
  )
}

const slug = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)

function Editor({ runbook, onDone }: { runbook: RunbookRow; onDone: () => void }) {
  const [title, setTitle] = useState(runbook.title)
  const [matches, setMatches] = useState(runbook.matches.join('\n'))
  const [markdown, setMarkdown] = useState(runbook.markdown)
  const put = useChange('runbookPut', ['runbooks', 'incident'])
  const save = (event: React.FormEvent) => {
    event.preventDefault()
    const body = { title, markdown, matches: matches.split('\n').flatMap((line) => line.trim() || []) }
    put.mutate({ path: { id: runbook.id || slug(title) }, body }, { onSuccess: onDone })
  }
  return (
    <form className="form" onSubmit={save}>
      <TextField label="Title" required value={title} onChange={(e) => setTitle(e.target.value)} />
      <Field
        label="For"
        hint="One a line: a component with * (content:falcon/*), or an incident's kind (clinical-system)"
      >
        {(ids) => (
          <textarea
            {...ids}
            className="input mono"
            rows={2}
            value={matches}
            onChange={(e) => setMatches(e.target.value)}
          />
        )}
      </Field>
      <Field
        label="Steps, in Markdown"
        hint="What stands below a heading that begins with Desk: is for those who decide, and not on a technician’s sheet"
        error={put.error?.message}
      >
        {(ids) => (
          <textarea
            {...ids}
            className="input mono"
            rows={16}
            value={markdown}
            onChange={(e) => setMarkdown(e.target.value)}
          />
        )}
      </Field>
      <p className="cluster">
        <Button kind="primary" type="submit" busy={put.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Leave it</Button>
      </p>
    </form>
  )
}
