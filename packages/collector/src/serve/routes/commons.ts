import type { Commons } from '@pumphandle/shared/api'
import { readSent, readState, sentenceOf } from '../../commons/index.ts'
import { TIMES_ELSEWHERE } from '../../detect/index.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Where this collector takes part in no commons. */
const ALONE: Commons = {
  isJoined: false,
  server: null,
  key: null,
  sentAt: null,
  answeredAt: null,
  problem: null,
  organisations: 0,
  timesElsewhere: TIMES_ELSEWHERE,
  warnings: [],
  seen: [],
}

/** What organisations tell each other, from what the process that takes part has stored. */
export function commonsRoutes({ store, config }: ServeContext): Handlers<'commons' | 'commonsReport'> {
  return {
    async commons() {
      const state = config.commons === undefined ? undefined : await readState(store)
      if (!state) return { ...ALONE, isJoined: config.commons !== undefined, server: config.commons ?? null }
      const { number: _number, warnings, ...rest } = state
      return {
        ...ALONE,
        ...rest,
        isJoined: true,
        warnings: warnings.map(({ seen, since, overAt, incident }) => ({
          sentence: sentenceOf(seen),
          since,
          overAt,
          seen,
          incident,
        })),
      }
    },

    async commonsReport() {
      const sent = config.commons === undefined ? undefined : await readSent(store)
      return { sentAt: sent?.at ?? null, report: sent?.report ?? null }
    },
  }
}
