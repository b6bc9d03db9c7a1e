import { AgentEvent } from '@pumphandle/shared/wire'
import { hasUnseen, seen } from '@pumphandle/shared/words'

/** A computer's name without what is not seen; a name that was nothing else is told as none. */
export function cleanName(name: string): string {
  return seen(name) || 'unnamed'
}

/**
 * An event whose texts have no control or direction marks: names of programs and drivers come from files that anybody may
 * have made. Undefined where nothing valid is left.
 * @param text the event as JSON, in which such marks stand as they are
 */
export function cleaned(event: AgentEvent, text: string): AgentEvent | undefined {
  if (!hasUnseen(text)) return event
  return AgentEvent.safeParse(cleanTexts(event)).data
}

function cleanTexts(value: unknown): unknown {
  if (typeof value === 'string') return seen(value)
  if (Array.isArray(value)) return value.map(cleanTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [seen(key), cleanTexts(inner)]))
}
