import { count } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Link } from 'wouter'
import { useAnswer, useChange } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failure, TextField } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Remove } from '../../design/remove.tsx'
import { useMay } from '../../session/may.ts'
import { useMe } from '../../session/me.ts'

/** Questions that somebody saved, and a button that saves this one: everybody sees them; channels are told if wanted. */
export function Saved({ q }: { q: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Saved</Button>
      {open && (
        <Dialog title="Saved questions" onClose={() => setOpen(false)}>
          <SavedList q={q} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  )
}

function SavedList({ q, onClose }: { q: string; onClose: () => void }) {
  const isWhole = useMe().places === null
  const may = useMay('technician') && isWhole
  const saved = useAnswer('savedQueries')
  const { data } = saved
  const add = useChange('savedQueryAdd', ['savedQueries'])
  const remove = useChange('savedQueryDelete', ['savedQueries'])
  const follow = useChange('savedQueryFollow', ['savedQueries'])
  const [name, setName] = useState('')
  const [pinned, setPinned] = useState(true)
  const [told, setTold] = useState(false)
  const [forPlaces, setForPlaces] = useState(false)
  return (
    <div className="stack">
      {may && q !== '' && (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault()
            add.mutate({ body: { name, q, pinned, told, forPlaces } }, { onSuccess: () => setName('') })
          }}
        >
          <p>
            <code>{q}</code>
          </p>
          <TextField label="Name" required maxLength={100} value={name} onChange={(e) => setName(e.target.value)} />
          <label>
            <input type="checkbox" checked={pinned} onChange={(e) => setPinned(e.target.checked)} /> On everybody’s
            overview
          </label>
          <label>
            <input type="checkbox" checked={told} onChange={(e) => setTold(e.target.checked)} /> Tell our channels when
            it finds machines
          </label>
          <label>
            <input type="checkbox" checked={forPlaces} onChange={(e) => setForPlaces(e.target.checked)} /> Also for
            colleagues who see some places alone: they read its words, and find their own machines
          </label>
          <p>
            <Button kind="primary" type="submit" busy={add.isPending}>
              Save it
            </Button>
          </p>
          <Failure error={add.error} />
        </form>
      )}
      {!data && <Awaited of={saved} />}
      {data && data.items.length === 0 && <p className="quiet">None yet. Ask a question first, then save it here.</p>}
      <ul className="plain-list">
        {data?.items.map((one) => (
          <li key={one.id} className="fact-line">
            <span>
              <Link href={to.machines(one.q)} onClick={onClose}>
                {one.name}
              </Link>{' '}
              <span className="quiet">
                by {one.createdBy}
                {one.forPlaces && isWhole && ', also for people of some places'}
                {one.told && ', channels are told'}
                {one.followed && ', you are told by email'}
              </span>
            </span>
            <span className="cluster">
              <b>{one.machines === null ? 'not understood' : count(one.machines)}</b>
              {isWhole && (
                <Button
                  kind="bare"
                  busy={follow.isPending}
                  onClick={() => follow.mutate({ path: { id: one.id }, body: { follow: !one.followed } })}
                >
                  {one.followed ? 'Stop emailing me' : 'Email me'}
                  <span className="visually-hidden"> when {one.name} has an answer</span>
                </Button>
              )}
              {may && (
                <Remove
                  word="Remove"
                  what={one.name}
                  effect="Nobody sees it any more, and no channel is told."
                  busy={remove.isPending}
                  onConfirm={() => remove.mutate({ path: { id: one.id } })}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
      <Failure error={remove.error ?? follow.error} />
    </div>
  )
}
