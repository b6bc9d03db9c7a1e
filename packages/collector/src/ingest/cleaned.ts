import { AgentEvent, type Hello } from '@pumphandle/shared/wire'
import { hasUnseen, seen } from '@pumphandle/shared/words'
import { saidName, saidVersion } from '../model/said-name.ts'

/** How JSON writes half of a pair of UTF-16, which no database takes: what follows a backslash that is itself written so is harmless. */
const HALF = '\\ud'

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
  return AgentEvent.safeParse(cleanTexts(event)).data
}

function cleanTexts(value: unknown): unknown {
  if (typeof value === 'string') return seen(value)
  if (Array.isArray(value)) return value.map(cleanTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [seen(key), cleanTexts(inner)]))
}
