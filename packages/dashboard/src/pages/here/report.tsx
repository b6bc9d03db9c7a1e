import { type Here, SCREENS, type Screen } from '@pumphandle/shared/api'
import { ApiProblem } from '@pumphandle/shared/client'
import { useState } from 'react'
import { useChange } from '../../api/use.ts'
import { Button } from '../../design/button.tsx'
import { Failure, SelectField, TextField } from '../../design/inputs.tsx'
import { Scan } from '../../design/scan.tsx'
import { Time } from '../../design/time.tsx'
import { SCREEN } from './words.ts'

const OTHER = ''
const NOT_TOLD = 'IT has not been told: this telephone may have no network. Press again in a minute, or ring.'

/** "This PC shows a blue screen": which, what it shows, the stop code. No photograph, no name of anybody. */
export function Report({ here, token, onReported }: { here: Here; token: string; onReported: (here: Here) => void }) {
  const [open, setOpen] = useState(false)
  const [machine, setMachine] = useState(OTHER)
  const [which, setWhich] = useState('')
  const [screen, setScreen] = useState<Screen>('blue-screen')
  const [stopCode, setStopCode] = useState('')
  const [isHelp, setIsHelp] = useState(false)
  const send = useChange('hereReport')
  const scanned = (text: string) => {
    // the screen's own code leads to Microsoft's help, whatever stopped it
    const help = /\bwindows\.com\/stopcode\b/i.test(text)
    setIsHelp(help)
    if (!help) setStopCode(text.slice(0, 80))
  }
  const pcs = Object.fromEntries([
    [OTHER, 'Another PC'],
    // what does not work is what people come to tell of
    ...here.machines
      .toSorted((a, b) => Number(a.state === 'healthy') - Number(b.state === 'healthy'))
      .map(({ id, name }) => [id, name]),
  ])
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    send.mutate(
      { body: { token, machine: machine || null, which, screen, stopCode } },
      {
        onSuccess: (now) => {
          onReported(now)
          setOpen(false)
          setStopCode('')
          setWhich('')
          setMachine(OTHER)
        },
      },
    )
  }
  return (
    <section aria-label="Tell us" className="stack no-print">
      {!open && (
        <p>
          <Button kind="primary" className="here-tell" onClick={() => setOpen(true)}>
            A PC shows a blue screen
          </Button>
        </p>
      )}
      {open && (
        <form className="form here-form" onSubmit={submit}>
          <SelectField label="Which PC?" value={machine} options={pcs} onChange={setMachine} />
          {machine === OTHER && (
            <TextField
              label="Its name, or where it stands"
              hint="For example: reception, left. No names of patients."
              required
              maxLength={100}
              value={which}
              onChange={(e) => setWhich(e.target.value)}
            />
          )}
          <SelectField
            label="What does it show?"
            value={screen}
            options={Object.fromEntries(SCREENS.map((name) => [name, SCREEN[name]])) as Record<Screen, string>}
            onChange={setScreen}
          />
          <TextField
            label="Stop code, if you can read one"
            hint={
              isHelp
                ? 'That code names none. Type what stands beside it, after "stop code".'
                : 'For example: PAGE_FAULT_IN_NONPAGED_AREA or 0x50'
            }
            maxLength={80}
            value={stopCode}
            onChange={(e) => setStopCode(e.target.value)}
          />
          <p className="cluster">
            <Button kind="primary" type="submit" busy={send.isPending}>
              Tell IT
            </Button>
            <Scan onCode={scanned} />
            <Button onClick={() => setOpen(false)}>Cancel</Button>
          </p>
          <Failure error={send.error && !(send.error instanceof ApiProblem) ? new Error(NOT_TOLD) : send.error} />
        </form>
      )}
      {here.reports.length > 0 && (
        <div aria-live="polite">
          <p>
            <b>IT has been told, thank you.</b> You do not need to ring.
          </p>
          <ul className="plain-list">
            {here.reports.map(({ at, which: pc, screen: shows, stopCode: code }) => (
              <li key={`${at} ${pc}`} className="quiet">
                <Time at={at} /> {pc}: {SCREEN[shows]}
                {code && ` (${code})`}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
