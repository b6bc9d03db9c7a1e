import { hostname } from 'node:os'
import type { Clock } from '@pumphandle/shared/clock'
import { HOUR } from '@pumphandle/shared/time'
import { Job } from '../log/job.ts'
import type { Logger } from '../log/logger.ts'
import { EdgeLog } from '../store/cluster/edge-log.ts'
import { registerEdge } from '../store/cluster/edges.ts'
import { makePartitions } from '../store/cluster/journal-rows.ts'
import { makeDays } from '../store/days.ts'
import type { Store } from '../store/index.ts'

/** A new edge's part of the journal, and what the edge is called. It makes the next days' partitions too, for a time without any brain. */
export async function openEdgeLog(
  store: Store,
  clock: Clock,
  log: Logger,
): Promise<{ readonly name: string; readonly edgeLog: EdgeLog; readonly days: Job }> {
  await makePartitionsOf(store, clock.now(), log)
  const name = hostname().slice(0, 40)
  const edgeLog = new EdgeLog(await registerEdge(store.db, name, clock.now()))
  const days = new Job({
    clock,
    log,
    everyMs: HOUR,
    run: () => makePartitionsOf(store, clock.now(), log),
    failed: 'partitions of the next days could not be made; tried again in an hour',
  })
  return { name, edgeLog, days }
}

/** The journal's days; another process may make the same at the same moment. */
async function makePartitionsOf(store: Store, now: number, log: Logger): Promise<void> {
  const make = async () => {
    await makePartitions(store.db, now)
    await makeDays(store, now)
  }
  try {
    await make()
  } catch (error) {
    log.info({ err: error }, 'the journal’s days are made by another process too; tried again')
    await make()
  }
}
