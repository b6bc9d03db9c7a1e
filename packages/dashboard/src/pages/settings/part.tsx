import type { Answer, ReadName } from '@pumphandle/shared/client'
import { inWords, useAnswer } from '../../api/use.ts'
import { Loading, Notice } from '../../design/notice.tsx'
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
  const { data, error } = useAnswer(name)
  return (
    <Panel title={title} className="part">
      <p className="quiet">{about}</p>
      {data ? (
        children(data)
      ) : error ? (
        <Notice title={inWords(error).title} shape="bang" tone="warn">
          {inWords(error).detail}
        </Notice>
      ) : (
        <Loading lines={6} height={260} />
      )}
    </Panel>
  )
}
