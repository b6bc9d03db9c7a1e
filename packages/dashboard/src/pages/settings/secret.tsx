import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { copyText } from '../../design/copy.ts'
import './settings.css'

/** A secret that is shown once, with a button that copies it. */
export function Secret({ title, value, children }: { title: string; value: string; children?: React.ReactNode }) {
  const [copied, setCopied] = useState(false)
  const copy = () => void copyText(value).then(setCopied)
  return (
    <output className="secret">
      <b>{title}</b>
      <code>{value}</code>
      <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button> {children}
    </output>
  )
}
