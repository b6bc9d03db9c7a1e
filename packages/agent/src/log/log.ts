import type { Clock } from '@pumphandle/shared/clock'

/** Where the agent writes what it did: the same calls as pino's, whichever writes them. Never a secret, never a person. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Writes nothing: for commands that speak to a person, and for tests. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

type Level = keyof Log
/** Lines kept until pino is there; the first second writes a handful. */
const MAX_EARLY_LINES = 200

/** A log whose writer comes later: pino takes longer to load than the first crash takes to send. */
export interface DeferredLog extends Log {
  /** Writes what was kept, and from now on passes everything to `writer`. */
  attach(writer: Log): void
}

/** Keeps lines, with the time they were written at, until a writer is attached. */
export function deferredLog(clock: Pick<Clock, 'now'>): DeferredLog {
  let writer: Log | undefined
  const early: { level: Level; fields: object; message: string }[] = []
  const write = (level: Level) => (fields: object, message: string) => {
    if (writer) writer[level](fields, message)
    else if (early.length < MAX_EARLY_LINES) early.push({ level, fields: { ...fields, wroteAt: clock.now() }, message })
  }
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    attach(next) {
      writer = next
      for (const { level, fields, message } of early.splice(0)) next[level](fields, message)
    },
  }
}
