import type { ComponentKind } from '../../store/schema.ts'

/** What the fleet has names for. */
export type VocabularyOf =
  | ComponentKind
  | 'practice'
  | 'pcn'
  | 'region'
  | 'model'
  | 'osName'
  | 'culprit'
  | 'agent'
  | 'stop'
  | 'incident'
  | 'tag'
  | 'group'

export interface VocabularyValue {
  /** as a query writes it, without quotes: A81001, falcon, 0x50 */
  value: string
  /** what else people know it by: a practice's name, an incident's title */
  label?: string
  /** machines that have it now */
  count: number
}

/** The names and values that are in the fleet, for suggestions and for pointing at slips. Read anew at each call. */
export interface Vocabulary {
  values(of: VocabularyOf): Iterable<VocabularyValue>
  versions(kind: ComponentKind, name: string): Iterable<VocabularyValue>
}
