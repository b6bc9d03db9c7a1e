import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { InvalidArgumentError } from 'commander'
import type { Session } from './session.ts'

const UNITS: Readonly<Record<string, number>> = { h: HOUR, m: MINUTE, s: SECOND, d: 24 * HOUR }

/** An option's "4h", "30m" or "90s" in ms. @throws InvalidArgumentError, which commander turns into a sentence */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([dhms])$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit] ?? 0)
  if (!(ms > 0)) throw new InvalidArgumentError('Write a time such as 4h, 30m or 90s.')
  return ms
}

/** Ends early where the command is told to end. */
export function pause(session: Session, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.clock.after(ms, resolve)
    session.signal?.addEventListener(
      'abort',
      () => {
        stop()
        resolve()
      },
      { once: true },
    )
  })
}
