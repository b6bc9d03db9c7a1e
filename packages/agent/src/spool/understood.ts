import { AgentEvent } from '@pumphandle/shared/wire'

/** An event as it stands in a spool; undefined where the wire would not take it. */
export function understood(body: string): AgentEvent | undefined {
  try {
    const parsed = AgentEvent.safeParse(JSON.parse(body))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
