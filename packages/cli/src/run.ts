import { ApiProblem } from '@pumphandle/shared/client'
import { CommanderError } from 'commander'
import { CliError, EXIT } from './exit-codes.ts'
import { describeProgram } from './program.ts'
import type { Surroundings } from './session.ts'
import { whyUnreachable } from './unreachable.ts'

/**
 * Runs one command.
 * @param argv arguments after the program's name
 * @returns the exit code, one of EXIT
 */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const [first, ...rest] = argv
  if (first === 'complete' && rest[0] === 'bash') surroundings.out.write(BASH_ALONE)
  if (first === 'simulate')
    return (await import('@pumphandle/simulator')).runSimulateCommand(rest, 'pumphandle simulate')
  const outcome = { code: EXIT.ok as number }
  try {
    await describeProgram(surroundings, outcome).parseAsync([...argv], { from: 'user' })
    return outcome.code
  } catch (error) {
    // commander has printed its own words already; help and version end with 0
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const { message, code } = inWords(error)
    surroundings.err.write(`${message}\n`)
    return code
  }
}

/** What the script of the library takes from the package bash-completion, for shells that do not have it. */
const BASH_ALONE = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() {
    cword=$COMP_CWORD words=("\${COMP_WORDS[@]}")
    cur=\${words[cword]} prev=\${words[cword - 1]}
  }
fi
`

function inWords(error: unknown): { message: string; code: number } {
  if (error instanceof CliError) return error
  if (error instanceof ApiProblem) {
    const { status, errors = [], position, suggestions = [] } = error.problem
    if (status === 401)
      return {
        message:
          'The collector does not know this token: it may have expired or been revoked. On the collector itself `pumphandle tokens add NAME --data DIR` makes one.',
        code: EXIT.refused,
      }
    // one field is in the sentence already
    const fields = errors.length > 1 ? errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('') : ''
    const more = suggestions.filter((one) => !error.message.includes(one))
    const instead = more.length > 0 ? `\n  Possible there: ${more.join(', ')}` : ''
    const code = status === 404 ? EXIT.notFound : status === 400 ? EXIT.usage : EXIT.refused
    const where = position ? ` (at character ${position.start + 1} of the query)` : ''
    return { message: `${error.message}${where}${fields}${instead}`, code }
  }
  // fetch says only "fetch failed"; its cause says which address refused
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return {
      message: `The collector cannot be reached: ${whyUnreachable(error.cause)}`,
      code: EXIT.unreachable,
    }
  }
  throw error
}
