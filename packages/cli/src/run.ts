import { ApiProblem } from '@pumphandle/shared/client'
import { CommanderError } from 'commander'
import { CliError, EXIT } from './exit-codes.ts'
import { describeProgram } from './program.ts'
import type { Surroundings } from './session.ts'

/**
 * Runs one command.
 * @param argv arguments after the program's name
 * @returns the exit code, one of EXIT
 */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const [first, ...rest] = argv
  if (first === 'simulate') return (await import('@pumphandle/simulator')).runSimulateCommand(rest)
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

function inWords(error: unknown): { message: string; code: number } {
  if (error instanceof CliError) return error
  if (error instanceof ApiProblem) {
    const { status, errors = [], suggestions = [] } = error.problem
    const fields = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('')
    const instead = suggestions.length > 0 ? `\n  Did you mean: ${suggestions.join(', ')}` : ''
    const code = status === 404 ? EXIT.notFound : status === 400 ? EXIT.usage : EXIT.refused
    return { message: `${error.message}${fields}${instead}`, code }
  }
  // fetch says only "fetch failed"; its cause says which address refused
  if (error instanceof TypeError && error.message === 'fetch failed') {
    const why = error.cause instanceof Error ? error.cause.message : 'no answer'
    return {
      message: `The collector cannot be reached (${why}). Is it running? Is --url right?`,
      code: EXIT.unreachable,
    }
  }
  throw error
}
