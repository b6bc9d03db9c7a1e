import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { PLACES_HINT, type Places, placesText, readPlaces } from './places.ts'

interface Props {
  /** Whose, for those who cannot see the row. */
  of: string
  places: Places | null
  isFixed: boolean
  isBusy: boolean
  onChange: (places: Places | null) => void
}

/** Which places somebody has, and how to change them. */
export function PlacesCell({ of, places, isFixed, isBusy, onChange }: Props) {
  const [text, setText] = useState<string>()
  if (text === undefined)
    return (
      <span className="cluster">
        <span>{placesText(places) || 'The whole fleet'}</span>
        {!isFixed && (
          <Button kind="bare" onClick={() => setText(placesText(places))}>
            Change<span className="visually-hidden"> the places of {of}</span>
          </Button>
        )}
      </span>
    )
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    onChange(readPlaces(text))
    setText(undefined)
  }
  return (
    <form className="cluster" onSubmit={send}>
      <input
        className="input"
        aria-label={`Places of ${of}`}
        title={PLACES_HINT}
        placeholder="the whole fleet"
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <Button type="submit" busy={isBusy}>
        Save
      </Button>
      <Button kind="bare" onClick={() => setText(undefined)}>
        Cancel
      </Button>
    </form>
  )
}
