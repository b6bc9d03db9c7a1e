import type { VerdictChange, VerdictWord } from '@pumphandle/shared/api'
import { componentRef } from '../../incidents/components.ts'
import { Refusal } from '../../model/refusal.ts'
import type { Row } from '../../store/tables.ts'
import { versionChanges } from '../../store/versions.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { placePage } from '../http/cursor.ts'
import { commonsRoutes } from './commons.ts'

/** What can be said of versions, here and elsewhere. */
export function verdictRoutes(context: ServeContext): Handlers<'verdicts' | 'verdict' | 'commons' | 'commonsReport'> {
  const { store, clock, versions } = context
  return {
    ...commonsRoutes(context),

    async verdicts({ query: { kind, name, word, cursor, limit } }) {
      const start = kind === undefined ? '' : `${kind}:`
      const found = versions
        .ranked((key) => key.startsWith(start) && (name === undefined || nameOf(key) === name))
        .filter((verdict) => word === undefined || verdict.word === word)
      return placePage(found, { cursor, limit })
    },

    async verdict({ path: { component }, query: { atMost } }) {
      const answer = versions.answer(component, atMost, clock.now())
      if (!answer)
        throw new Refusal(
          'unknown',
          'No such version',
          `No machine has been seen with ${component} since versions are counted. Versions are written kind:name@version; /api/v1/components lists them.`,
        )
      return { ...answer, changes: (await versionChanges(store.reader, component)).map(toChange) }
    },
  }
}

const nameOf = (key: string): string => key.slice(key.indexOf(':') + 1, key.lastIndexOf('@'))

function toChange(row: Row<'version_change'>): VerdictChange {
  return {
    id: row.id,
    at: row.at,
    component: componentRef(row.key),
    from: row.from_word as VerdictWord,
    to: row.to_word as VerdictWord,
    sentence: row.sentence,
  }
}
