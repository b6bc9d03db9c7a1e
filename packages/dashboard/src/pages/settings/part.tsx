import type { Answer, ReadName } from '@pumphandle/shared/client'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { Panel } from '../../design/panel.tsx'
import './settings.css'

interface Props<N extends ReadName> {
  title: string
  /** What it is for, in a sentence. */
  about: React.ReactNode
  name: N
  children: (answer: Answer<N>) => React.ReactNode
}

/** One part of the settings: what it is for, and, once it is there, its content. */
export function Part<N extends ReadName>({ title, about, name, children }: Props<N>) {
  const answer = useAnswer(name)
  return (
    <Panel title={title} className="part">
      <p className="quiet">{about}</p>
      {answer.data ? children(answer.data) : <Awaited of={answer} lines={6} height={260} />}
    </Panel>
  )
}
