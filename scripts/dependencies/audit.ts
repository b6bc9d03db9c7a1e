/** What matters less than this is left to whoever updates next. */
const GRAVE: ReadonlySet<string> = new Set(['moderate', 'high', 'critical'])

/** What `pnpm audit --json` prints, of which this is read. */
interface Answer {
  readonly error?: { readonly code: string }
  readonly advisories?: Readonly<
    Record<
      string,
      {
        readonly module_name: string
        readonly severity: string
        readonly title: string
        readonly patched_versions: string
      }
    >
  >
}

export interface Audit {
  /** Why nobody looked, or null where the registry answered. */
  readonly impossible: string | null
  /** A sentence for each known vulnerability that is moderate or worse. */
  readonly vulnerable: readonly string[]
}

/** What `pnpm audit --json` told. */
export function readAudit(told: string): Audit {
  let answer: Answer
  try {
    answer = JSON.parse(told) as Answer
  } catch {
    return { impossible: 'the audit gave no answer', vulnerable: [] }
  }
  if (answer.error) return { impossible: `the registry has no audit (${answer.error.code})`, vulnerable: [] }
  if (!answer.advisories) return { impossible: 'the answer has no advisories', vulnerable: [] }
  const found = Object.values(answer.advisories).filter(({ severity }) => GRAVE.has(severity))
  const vulnerable = found.map(
    (a) => `${a.module_name}: ${a.title} (${a.severity}); mended in ${a.patched_versions}. Update it.`,
  )
  return { impossible: null, vulnerable }
}
