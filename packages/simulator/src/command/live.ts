import type { Clock } from '@pumphandle/shared'
import type { RealFleet } from '../fleet-from/read-fleet.ts'
import { type LiveResult, playShare, runLive } from '../live/run-live.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage-error.ts'

/** Plays a scenario to a collector in real time; Ctrl-C ends it early. @returns exit code */
export async function live(
  scenario: Scenario,
  options: Options,
  url: string,
  argv: readonly string[],
  clock: Clock,
  real: RealFleet | undefined,
): Promise<number> {
  const collector = url.replace(/\/+$/, '')
  if (!/^https?:\/\//.test(collector)) throw new UsageError(`"${url}" is no address; write https://fleet.example.`)
  const ending = new AbortController()
  const end = () => ending.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  const common = { scenario, collector, speed: options.speed, clock, signal: ending.signal, ...real?.draw() }
  const { share, began, credentials, token, processes } = options
  try {
    if (share && began !== undefined && credentials !== undefined) {
      return print(await playShare({ ...common, share, beganAt: began, credentialsFile: credentials }), true)
    }
    if (token === undefined)
      throw new UsageError('Give an enrolment token with --token; the collector’s settings make one.')
    const result = await runLive({
      ...common,
      token,
      argv: argv.filter((arg) => arg !== '--json'),
      onProgress: (line) => process.stderr.write(`${line}\n`),
      ...(processes === undefined ? {} : { processes }),
      ...(credentials === undefined ? {} : { credentialsFile: credentials }),
    })
    return print(result, options.json === true)
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

function print(result: LiveResult, asJson: boolean): number {
  const { scenario, machines, processes, seconds, failed, unauthorised } = result
  const refused = unauthorised > 0 ? ` ${unauthorised} were refused: their identity is not known there.` : ''
  const text = `${scenario}: ${machines} machines from ${processes} processes, ${seconds} simulated seconds, ${failed} failed.${refused}`
  process.stdout.write(`${asJson ? JSON.stringify(result) : text}\n`)
  return 0
}
