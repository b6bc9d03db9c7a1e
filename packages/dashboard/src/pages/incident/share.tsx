import type { IncidentRow } from '@pumphandle/shared/api'
import { incidentNumbers, practicesStopped } from '@pumphandle/shared/words'
import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { copyText } from '../../design/copy.ts'
import { to } from '../../design/links.ts'

/** What a colleague needs to know first, and where the rest is. */
function wordsOf(incident: IncidentRow): string {
  const { title, sentence, owner } = incident
  return [
    title,
    `${practicesStopped(incident)} ${sentence}`.trim(),
    `${incidentNumbers(incident)} ${owner ? `${owner} has it.` : 'Nobody has it yet.'}`,
    new URL(to.incident(incident.id), location.href).href,
  ].join('\n')
}

/** The incident in four lines for a chat or a mail: on the clipboard at once, and on the page where there is none. */
export function Share({ incident }: { incident: IncidentRow }) {
  const [told, setTold] = useState<{ text: string; copied: boolean }>()
  const share = async () => {
    const text = wordsOf(incident)
    setTold({ text, copied: await copyText(text) })
  }
  return (
    <>
      <Button onClick={() => void share()}>Tell a colleague</Button>
      {told && (
        <span className="incident-share">
          <output>
            {told.copied ? 'Copied: paste it into a chat.' : 'Select this, and paste it into a chat.'}{' '}
            <a href={`mailto:?subject=${encodeURIComponent(incident.title)}&body=${encodeURIComponent(told.text)}`}>
              Or send it as a mail
            </a>
          </output>
          <textarea
            className="input"
            aria-label="What your colleague gets"
            readOnly
            rows={6}
            value={told.text}
            onFocus={(event) => event.currentTarget.select()}
          />
        </span>
      )}
    </>
  )
}
