/** Where a run of the tests leaves its counts as JSON, if this variable of the environment names a file. */
export const SUMMARY_FILE = 'TEST_SUMMARY_FILE'

/** More files than this that failed at once are no accident, and are not tried again. */
const MOST_SECOND_TRIES = 8

/** What became of one file of tests: numbers of tests, a hook that threw counting as a failed one. */
export interface FileSummary {
  /** from the repository's root */
  path: string
  /** vitest's project, as 'e2e' */
  project: string
  passed: number
  failed: number
  skipped: number
  /** the first thing that was wrong, with the test's name */
  wrong?: string
  /** what was wrong at the first try, of a file that held at its second */
  firstTry?: string
}

export interface RunSummary {
  files: FileSummary[]
  /** errors that belong to no file */
  unhandled: number
}

/** What was thrown outside of any test: by a timer, or a socket that nobody listens to. */
export interface Stray {
  /** of the file that ran then, where that is known */
  path: string | undefined
  message: string
}

/** Such an error is one of the file that ran then, as a hook's is. */
export function withStrays(files: readonly FileSummary[], strays: readonly Stray[]): RunSummary {
  const known = new Set(files.map(({ path }) => path))
  return {
    files: files.map((file) => {
      const own = strays.filter(({ path }) => path === file.path)
      if (own.length === 0) return file
      const wrong = file.wrong ?? `outside of any test: ${own[0]?.message}`
      return { ...file, failed: file.failed + own.length, wrong }
    }),
    unhandled: strays.filter(({ path }) => path === undefined || !known.has(path)).length,
  }
}

/**
 * The files to run once more, alone: what failed of those that run processes, databases or browsers. None where a unit
 * test failed too, or so many that the machine is not to blame.
 */
export function toTryAgain({ files, unhandled }: RunSummary): string[] {
  const failed = files.filter((file) => file.failed > 0)
  if (unhandled > 0 || failed.length > MOST_SECOND_TRIES) return []
  return failed.some((file) => file.project === 'unit') ? [] : failed.map((file) => file.path)
}

/** Both tries as one: of a file that was run twice the second counts, and what was wrong at the first is kept. */
export function summed(first: RunSummary, second: RunSummary): RunSummary {
  const tried = new Map(second.files.map((file) => [file.path, file]))
  return {
    files: first.files.map((file) => {
      const again = tried.get(file.path)
      if (again === undefined) return file
      return again.failed > 0 ? again : { ...again, firstTry: file.wrong ?? 'nothing was kept' }
    }),
    unhandled: first.unhandled + second.unhandled,
  }
}
