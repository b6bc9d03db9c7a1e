import { useId } from 'react'
import './panel.css'

interface Props {
  title: React.ReactNode
  /** Beside the title: how many, since when. */
  aside?: React.ReactNode
  /** Screen readers hear the title; the eye does not need it. */
  hideTitle?: boolean
  className?: string
  children: React.ReactNode
}

/** One part of a page with its heading; a landmark for those who jump by headings. */
export function Panel({ title, aside, hideTitle = false, className = '', children }: Props) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className={hideTitle ? 'visually-hidden' : 'panel-head'}>
        <h2 id={id}>{title}</h2>
        {aside ? <div className="panel-aside">{aside}</div> : null}
      </header>
      {children}
    </section>
  )
}
