import { ApiProblem } from '@pumphandle/shared/client'
import { counted } from '@pumphandle/shared/words'
import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import type { Open, Outcome, Session } from '../session.ts'
import { whyUnreachable } from '../unreachable.ts'

/** Clocks that differ by more make incident times misleading. */
const SKEW_MS = 5_000

type Check = readonly [ok: boolean, sentence: string]

export function doctor(open: Open, outcome: Outcome): Command {
  return new Command('doctor')
    .description('checks the way to the collector and its health, in sentences')
    .addHelpText('after', '\nExample:\n  pumphandle doctor')
    .action(async () => {
      const session = open()
      const checks = await examine(session)
      for (const [ok, sentence] of checks) session.print(`${ok ? 'ok  ' : 'FAIL'}  ${sentence}`)
      if (checks.some(([ok]) => !ok)) outcome.code = checks.length === 1 ? EXIT.unreachable : EXIT.refused
    })
}

async function examine(session: Session): Promise<Check[]> {
  const alive = await reach(session)
  if (!alive[0].at(0)) return alive
  try {
    const me = await session.client.call('me')
    const health = await session.client.call('health')
    return [
      ...alive,
      [true, `The token is valid: ${me.name}, ${me.role}.`],
      [
        health.ok,
        health.ok
          ? `The collector is well: ${counted(health.connections, 'machine')} connected, commits take ${health.commitMs.toFixed(1)} ms.`
          : 'The collector is not well.',
      ],
      ...health.problems.map((problem): Check => [problem.severity !== 'error', problem.title]),
    ]
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    const why = error.problem.status === 401 ? 'it is wrong, has expired or was revoked.' : error.message
    return [...alive, [false, `The collector refuses the token: ${why}`]]
  }
}

async function reach(session: Session): Promise<[Check, ...Check[]]> {
  const before = session.clock.now()
  const response = await fetch(new URL('/livez', session.url)).catch((error: unknown) => error as Error)
  if (response instanceof Error) {
    return [[false, `${session.url} cannot be reached: ${whyUnreachable(response.cause ?? response)}`]]
  }
  const there = Date.parse(response.headers.get('date') ?? '')
  const skew = Number.isNaN(there) ? 0 : there - before
  return [
    [
      response.ok,
      response.ok ? `${session.url} answers.` : `${session.url} answers ${response.status}; is it a collector?`,
    ],
    [
      Math.abs(skew) < SKEW_MS,
      `This computer's clock and the collector's differ by ${Math.round(Math.abs(skew) / 1000)} s.`,
    ],
  ]
}
