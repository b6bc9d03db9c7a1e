// A datalist cannot show what a value means or replace one word of several, so the list is built of roles.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { useId, useRef, useState } from 'react'
import { useAnswer } from '../api/use.ts'
import { useLater } from '../design/use-later.ts'
import '../design/field.css'
import './query-box.css'

/** A pause in typing after which suggestions are asked for: shorter than a person notices, longer than between two keys. */
const PAUSE_MS = 80

interface Props {
  value: string
  onSubmit: (query: string) => void
  label: string
  placeholder?: string
  /** What is wrong with the submitted query, for the screen reader; the page shows it below. */
  errorId?: string | undefined
  inputRef?: React.RefObject<HTMLInputElement | null>
}

/** The query language's field: suggestions for the word under the caret, chosen with the arrow keys. An ARIA combobox. */
export function QueryBox({ value, onSubmit, label, placeholder, errorId, inputRef }: Props) {
  const own = useRef<HTMLInputElement>(null)
  const input = inputRef ?? own
  const listId = useId()
  const [text, setText] = useState(value)
  const [caret, setCaret] = useState(value.length)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [was, setWas] = useState(value)
  if (value !== was) {
    setWas(value)
    setText(value)
  }

  const asked = useLater(`${caret} ${text}`, PAUSE_MS) === `${caret} ${text}`
  const { data } = useAnswer('suggestQuery', { query: { q: text, at: caret } }, { enabled: open && asked, keep: true })
  const items = open ? (data?.items.slice(0, 8) ?? []) : []
  const shown = items.length > 0

  const submit = (query: string) => {
    setOpen(false)
    setActive(-1)
    onSubmit(query.trim())
  }
  const choose = (index: number) => {
    const item = items[index]
    if (!item || !data) return
    const before = text.slice(0, data.start) + item.text
    setText(before + text.slice(data.end))
    setCaret(before.length)
    setActive(-1)
    // after React has written the new value the caret goes behind the word that was put in
    requestAnimationFrame(() => input.current?.setSelectionRange(before.length, before.length))
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      if (shown) setActive((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (shown && active >= 0) choose(active)
      else submit(text)
    } else if (event.key === 'Tab' && shown && active >= 0) {
      event.preventDefault()
      choose(active)
    } else if (event.key === 'Escape') {
      if (shown) event.preventDefault()
      setOpen(false)
      setActive(-1)
    }
  }
  return (
    <div className="query-box">
      <input
        ref={input}
        className="input mono"
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={errorId ? true : undefined}
        aria-describedby={errorId}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        type="search"
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setCaret(event.target.selectionStart ?? event.target.value.length)
          setOpen(true)
          setActive(-1)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="Suggestions" hidden={!shown}>
        {items.map((item, i) => (
          // the field keeps the focus and its keys choose, so an option has none of its own
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={item.text}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(i)}
          >
            <span className="mono">{item.label}</span> <span className="quiet">{item.detail}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
