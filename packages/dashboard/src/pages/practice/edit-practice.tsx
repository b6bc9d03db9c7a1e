import type { PracticeDetail } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field } from '../../design/field.tsx'

type Contact = PracticeDetail['contacts'][number]
const LINE = /^\s*([^,]+),\s*([^,]*),\s*([^,]*)(?:,\s*(.*))?$/

/** One contact a line, `name, role, telephone, email`: pasted from a sheet faster than typed into twelve fields. */
const parse = (text: string): Contact[] =>
  text
    .split('\n')
    .map((line) => LINE.exec(line))
    .flatMap((m) =>
      m
        ? [{ name: m[1]?.trim() ?? '', role: m[2]?.trim() ?? '', phone: m[3]?.trim() ?? '', email: m[4]?.trim() ?? '' }]
        : [],
    )

export function EditPractice({ code, detail }: { code: string; detail: PracticeDetail }) {
  const [open, setOpen] = useState(false)
  const [hours, setHours] = useState(detail.openingHours ?? '')
  const [contacts, setContacts] = useState(
    detail.contacts.map((c) => [c.name, c.role, c.phone, c.email].join(', ')).join('\n'),
  )
  const change = useChange('practiceChange', ['practice'])
  const save = (event: React.FormEvent) => {
    event.preventDefault()
    change.mutate(
      { path: { code }, body: { openingHours: hours || null, contacts: parse(contacts) } },
      { onSuccess: () => setOpen(false) },
    )
  }
  return (
    <>
      <p className="no-print">
        <Button onClick={() => setOpen(true)}>Change</Button>
      </p>
      {open && (
        <Dialog title={`${detail.practice.name}: contacts and hours`} onClose={() => setOpen(false)}>
          <form className="form" onSubmit={save}>
            <Field label="Opening hours" hint="For example: Mon-Fri 08:00-18:30">
              {(ids) => <input {...ids} className="input" value={hours} onChange={(e) => setHours(e.target.value)} />}
            </Field>
            <Field label="Contacts" hint="One a line: name, role, telephone, email" error={change.error?.message}>
              {(ids) => (
                <textarea
                  {...ids}
                  className="input"
                  rows={4}
                  value={contacts}
                  onChange={(e) => setContacts(e.target.value)}
                />
              )}
            </Field>
            <p>
              <Button kind="primary" type="submit" busy={change.isPending}>
                Save
              </Button>
            </p>
          </form>
        </Dialog>
      )}
    </>
  )
}
