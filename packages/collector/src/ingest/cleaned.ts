import { AgentEvent, type Hello } from '@pumphandle/shared/wire'
import { hasUnseen, seen } from '@pumphandle/shared/words'
import { saidName, saidVersion } from '../model/said-name.ts'

/** How JSON writes half of a pair of UTF-16, which no database takes: what follows a backslash that is itself written so is harmless. */
const HALF = '\\ud'
/** Stands for a text of a crash of which nothing is seen: no crash is left out for the name of its program. */
const UNSEEN = '?'

/** A hello whose texts have nothing that is not seen. */
export function cleanHello(hello: Hello): Hello {
  const { version, platform } = hello.agent
  return {
    ...hello,
    computerName: saidName(hello.computerName),
    agent: { version: saidVersion(version), platform: seen(platform) },
  }
}

/**
 * An event whose texts have no control or direction marks: names of programs and drivers come from files that anybody may
 * have made. Undefined where nothing valid is left.
 * @param text the event as JSON, in which such marks stand as they are
 */
export function cleaned(event: AgentEvent, text: string): AgentEvent | undefined {
  if (!hasUnseen(text) && !text.includes(HALF)) return event
  const valid = AgentEvent.safeParse(cleanTexts(event, '')).data
  return valid ?? (event.type === 'crash' ? AgentEvent.safeParse(cleanTexts(event, UNSEEN)).data : undefined)
}

/** @param unseen what stands for a text of which nothing is left */
function cleanTexts(value: unknown, unseen: string): unknown {
  if (typeof value === 'string') return value === '' ? value : seen(value) || unseen
  if (Array.isArray(value)) return value.map((one) => cleanTexts(one, unseen))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [seen(key), cleanTexts(inner, unseen)]))
}
