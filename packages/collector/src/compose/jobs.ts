import { dirname } from 'node:path'
import type { CollectorHealth } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { Coverage } from '../coverage/coverage.ts'
import { Alarms } from '../jobs/alarms/alarms.ts'
import type { Problem } from '../jobs/alarms/senses.ts'
import { Watchdog } from '../jobs/alarms/watchdog.ts'
import { AuditForwarder } from '../jobs/audit/forwarder.ts'
import { Backups } from '../jobs/backups.ts'
import { DiskKeeper } from '../jobs/disk-keeper.ts'
import { MaintenanceWindows } from '../jobs/maintenance/windows.ts'
import { CHANNELS } from '../jobs/notify/channels/index.ts'
import { guardedFetch } from '../jobs/notify/delivery/guarded-fetch.ts'
import { type ChannelSeals, Notifier } from '../jobs/notify/index.ts'
import { inTime } from '../jobs/notify/send-to.ts'
import { Questions } from '../jobs/questions/questions.ts'
import { Retention } from '../jobs/retention/retention.ts'
import { retireSilent } from '../jobs/retire-silent.ts'
import { tracedFetch } from '../jobs/traced-fetch.ts'
import { Upkeep } from '../jobs/upkeep/upkeep.ts'
import { Job } from '../log/job.ts'
import { publicAddress } from '../model/address.ts'
import type { FleetIndex } from '../search/fleet-index.ts'
import { readQuery } from '../search/read-query.ts'
import type { Context } from './context.ts'
import { endInOrder } from './in-order.ts'
import { incidentsToTell } from './incidents-to-tell.ts'

/** A day's line is written anew as the day goes on. */
const COVERAGE_EVERY_MS = HOUR

/** What is done from time to time beside answering. */
export interface Jobs {
  readonly notifier: Notifier
  readonly alarms: Alarms
  readonly windows: MaintenanceWindows
  readonly coverage: Coverage
  readonly questions: Questions
  /** No more of them; resolves when those that run have ended. */
  close(): Promise<void>
}

type Needs = Pick<
  Context,
  | 'book'
  | 'clock'
  | 'clocks'
  | 'config'
  | 'desk'
  | 'detection'
  | 'fleet'
  | 'health'
  | 'healthParts'
  | 'incidents'
  | 'log'
  | 'maintenance'
  | 'retirement'
  | 'settings'
  | 'store'
  | 'trace'
>

export function startJobs(
  context: Needs,
  index: FleetIndex,
  { channels, linkKey }: { readonly channels: ChannelSeals; readonly linkKey: () => Promise<string> },
): Jobs {
  const {
    book,
    clock,
    clocks,
    config,
    fleet,
    health,
    healthParts,
    incidents,
    log,
    maintenance,
    retirement,
    settings,
    store,
    trace,
  } = context
  const mayDelete = () => clocks.mayDelete
  const telling = {
    store,
    clock,
    log,
    channels,
    address: publicAddress(config),
    mail: config.mail,
    timeZone: () => settings.current.timeZone,
    ...(trace && { fetch: tracedFetch(guardedFetch(), trace, clock) }),
  }
  const alarms = new Alarms({ ...telling, fleet, health })
  const watchdog = config.watchdogUrl
    ? new Watchdog({
        store,
        clock,
        log,
        url: config.watchdogUrl,
        health: () => withProblems(health(), alarms.problems),
      })
    : undefined
  const machinesOf = async (q: string) => {
    await index.sync()
    return index.columns.idsOf(await index.search(readQuery(q)))
  }
  const notifier = new Notifier({
    ...telling,
    linkKey,
    active: () => incidents.active().map((incident) => incident.row(clock.now())),
    incident: incidentsToTell(context, machinesOf),
    mayDelete,
  })
  const windows = new MaintenanceWindows({
    store,
    clock,
    log,
    under: maintenance,
    timeZone: () => settings.current.timeZone,
    machinesOf,
  })
  const questions = new Questions({
    store,
    clock,
    log,
    async count(q) {
      await index.sync()
      return (await index.search(readQuery(q))).count()
    },
    tell: (message) => alarms.say(message),
    write: (to, message) => inTime(clock, CHANNELS.email.send(`mailto:${to}`, message, { fetch, mail: config.mail })),
    address: telling.address,
  })
  const retention = new Retention({
    store,
    clock,
    log,
    days: () => settings.current.retentionDays,
    mayDelete,
  })
  const silent = retireSilent({
    clock,
    log,
    retirement,
    days: () => settings.current.retireAfterDays,
    mayRetire: () => mayDelete() && clock.now() > fleet.blindUntil,
  })
  const forwarder = config.auditSyslog ? new AuditForwarder({ store, clock, log, url: config.auditSyslog }) : undefined
  healthParts.also(() => forwarder?.problem)
  const { backup, database } = config
  const backups =
    backup && database.kind === 'sqlite'
      ? new Backups({ clock, log, file: database.file, settings: backup })
      : undefined
  healthParts.also(() => backups?.problem)
  const disks = new DiskKeeper({
    clock,
    log,
    watched: database.kind === 'sqlite' ? watchedDisks(database.file, backup) : [],
  })
  for (const at of [0, 1]) healthParts.also(() => disks.problems[at])
  const upkeep = new Upkeep({
    store,
    clock,
    log,
    days: () => settings.current.retentionDays,
    maxBytes: config.retentionBytes,
    mayDelete,
  })
  const coverage = new Coverage({ store, clock, fleet, book })
  const coverageDay = new Job({
    clock,
    log,
    everyMs: COVERAGE_EVERY_MS,
    run: () => coverage.countDay(),
    failed: 'how much is watched could not be counted',
  })
  return {
    notifier,
    alarms,
    windows,
    coverage,
    questions,
    close: () =>
      endInOrder(log, [
        () => watchdog?.close(),
        () => alarms.close(),
        () => notifier.close(),
        () => windows.close(),
        () => retention.close(),
        () => silent.close(),
        () => backups?.close(),
        () => disks.close(),
        () => upkeep.close(),
        () => coverageDay.close(),
        () => questions.close(),
        () => forwarder?.close(),
      ]),
  }
}

function watchedDisks(file: string, backup: Context['config']['backup']) {
  const data = {
    code: 'disk-nearly-full',
    folder: dirname(file),
    advice: 'Make room, or keep fewer days under Settings, Detection and retention: on a full disk nothing is stored.',
  }
  const copies = {
    code: 'disk-backup-nearly-full',
    advice: 'Make room there, or keep fewer copies: on a full disk none is made.',
  }
  return backup ? [data, { ...copies, folder: backup.folder }] : [data]
}

/** The collector's health with what its own senses found. */
export function withProblems(health: CollectorHealth, more: readonly Problem[]): CollectorHealth {
  if (more.length === 0) return health
  const problems = [...more, ...health.problems]
  return { ...health, problems, ok: problems.every((p) => p.severity !== 'error') }
}
