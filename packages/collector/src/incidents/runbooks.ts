import { readdirSync, readFileSync } from 'node:fs'
import type { ComponentRef, IncidentKind } from '@pumphandle/shared/api'
import { matchesAny, textPattern } from '../model/text-pattern.ts'

/** What to do, for whom: kept by admins in the store, begun with those in the folder beside this file. */
export interface Runbook {
  readonly id: string
  readonly title: string
  readonly markdown: string
  /** Component keys with `*`, such as `content:falcon/*`, or incident kinds. */
  readonly matches: readonly string[]
}

/** The runbooks that Pumphandle ships with. Each file begins with its title and what it is for. */
export function shippedRunbooks(): Runbook[] {
  const folder = new URL('./runbooks/', import.meta.url)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8')
      const head = /^\*\*Title:\*\* (?<title>.+)\n\*\*Matches:\*\* (?<matches>.+)\n+/.exec(text)
      if (!head?.groups) throw new Error(`The runbook ${file} does not begin with **Title:** and **Matches:** lines`)
      return {
        id: file.slice(0, -'.md'.length),
        title: head.groups['title'] ?? '',
        matches: (head.groups['matches'] ?? '').replaceAll('`', '').split(', '),
        markdown: text.slice(head[0].length),
      }
    })
}

/** The runbook for an incident: the most specific match wins; null where none is for it. */
export function runbookFor<R extends Runbook>(
  runbooks: readonly R[],
  incident: { kind: IncidentKind; cause: ComponentRef | null; partner: ComponentRef | null },
): R | null {
  const subjects = [incident.cause?.key, incident.partner?.key, incident.kind].filter((s) => s !== undefined)
  let best: { runbook: R; length: number } | null = null
  for (const runbook of runbooks)
    for (const pattern of runbook.matches)
      if (
        subjects.some((subject) => matchesAny([textPattern(pattern)], subject)) &&
        pattern.length > (best?.length ?? 0)
      )
        best = { runbook, length: pattern.length }
  return best?.runbook ?? null
}
