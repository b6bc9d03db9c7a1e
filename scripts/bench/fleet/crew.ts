import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { MACHINES_OF_PROCESS } from '../../../packages/collector/tests/bench/fleet/identity.ts'
import type { Crew, Job, Report } from '../../../packages/collector/tests/bench/fleet/jobs.ts'

const MACHINES = new URL('../../../packages/collector/tests/bench/fleet/machines.ts', import.meta.url)

/** All machines of a bench, in a few processes. */
export class Crews {
  readonly #processes: readonly ChildProcess[]

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes
  }

  static async start(machines: number, ca?: string): Promise<Crews> {
    const processes: ChildProcess[] = []
    for (let first = 1; first <= machines; first += MACHINES_OF_PROCESS) {
      const count = Math.min(MACHINES_OF_PROCESS, machines - first + 1)
      const crew: Crew = { first, count, network: `127.0.${processes.length + 1}`, ca }
      const child = fork(MACHINES, [JSON.stringify(crew)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      await once(child, 'message')
      processes.push(child)
    }
    return new Crews(processes)
  }

  /** Told to all, and all have done it. */
  async all(job: Job): Promise<Report> {
    const reports = await Promise.all(
      this.#processes.map(async (child) => {
        const answer = once(child, 'message')
        child.send(job)
        return ((await answer) as [Report])[0]
      }),
    )
    const sum = (of: (report: Report) => number): number => reports.reduce((all, report) => all + of(report), 0)
    return {
      open: sum(({ open }) => open),
      refused: sum(({ refused }) => refused),
      ackMs: reports.flatMap(({ ackMs }) => ackMs),
      acked: reports.flatMap(({ acked }) => acked),
    }
  }

  /** A number a second of all together. */
  tell(perSecond: number): Promise<Report> {
    return this.all({ do: 'tell', perSecond: perSecond / this.#processes.length })
  }

  end(): void {
    for (const child of this.#processes) child.kill('SIGKILL')
  }
}
