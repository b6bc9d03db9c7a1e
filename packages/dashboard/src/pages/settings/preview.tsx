import type { ChannelRow } from '@pumphandle/shared/api'
import { useState } from 'react'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { SelectField } from '../../design/inputs.tsx'

type Stage = 'opened' | 'grown' | 'contained' | 'resolved' | 'digest' | 'test'
const STAGES: Record<Stage, string> = {
  opened: 'New incident',
  grown: 'Ten times larger',
  contained: 'Contained',
  resolved: 'Resolved',
  digest: 'Digest of the day',
  test: 'Test message',
}

/** What a channel's message looks like: what people read, and below it exactly what leaves. */
export function Preview({ channel, onClose }: { channel: ChannelRow; onClose: () => void }) {
  const [stage, setStage] = useState<Stage>('opened')
  const answer = useAnswer('channelPreview', { path: { id: channel.id }, query: { stage } })
  const { data } = answer
  return (
    <section className="preview" aria-label={`What a message to ${channel.name} looks like`}>
      <h3>What a message to {channel.name} looks like</h3>
      <div className="form-row">
        <SelectField label="Message" value={stage} options={STAGES} onChange={setStage} />
        <Button kind="bare" onClick={onClose}>
          Close
        </Button>
      </div>
      {!data && <Awaited of={answer} />}
      {data && (
        <>
          <blockquote className="preview-message">
            <p>
              <strong>{data.title}</strong>
            </p>
            <p className="preview-text">{data.text}</p>
          </blockquote>
          <p className="quiet">
            {data.real ? 'Of the newest incident, as it stands now.' : 'Of an example: nothing is wrong.'} Nothing is
            sent.
          </p>
          <details>
            <summary>Exactly what leaves</summary>
            <pre className="preview-raw">{data.raw}</pre>
          </details>
        </>
      )}
    </section>
  )
}
