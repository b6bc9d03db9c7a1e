import type { ComponentKind } from '@pumphandle/shared/words'

/** Anything versioned whose change can break a machine; the wire writes it `kind:name@version`. */
export interface ComponentFact {
  kind: ComponentKind
  /** Lower case product or file name: `falcon`, `falcon/291`, `csagent.sys`, `windows`. */
  name: string
  version: string
  /** When this version came to be on the machine, ISO 8601 in UTC; null where nothing tells. */
  at: string | null
  /** What a person should know, in short values: company, start type, "every byte is zero". */
  detail?: Record<string, string>
}
