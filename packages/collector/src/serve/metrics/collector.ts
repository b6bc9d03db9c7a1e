import { statfs } from 'node:fs/promises'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { listChannels } from '../../store/channels.ts'
import { countNotifications } from '../../store/notifications.ts'
import { databaseSize } from '../../store/size.ts'
import type { ServeContext } from '../http/context.ts'

/** Seconds: an ack waits for a commit, and two seconds are a problem that the page shows. */
const COMMIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]
/** Every status, so that an alert has a series before the first message. */
const NOTIFICATION_STATUSES = ['waiting', 'sending', 'sent', 'failed']

type Needs = Pick<
  ServeContext,
  'certificate' | 'config' | 'clock' | 'fleet' | 'health' | 'ingest' | 'journal' | 'store' | 'startedAt' | 'version'
>

/** How the collector itself is. The answer ends what listens. */
export function collectorMetrics(registry: Registry, context: Needs): () => void {
  const { certificate, clock, config, fleet, health, ingest, journal, startedAt, store, version } = context
  const registers = [registry]
  const build = new Gauge({
    name: 'pumphandle_build_info',
    help: 'Always 1; the version of the collector and its kind of database.',
    labelNames: ['version', 'database'],
    registers,
  })
  build.set({ version, database: store.kind }, 1)
  gauge('pumphandle_start_timestamp_seconds', 'When the collector started.', () => startedAt / 1000)
  gauge('pumphandle_healthy', '1 where nothing is wrong that is an error.', () => (health().ok ? 1 : 0))
  new Gauge({
    name: 'pumphandle_problem',
    help: 'What is wrong with the collector: 1 for each problem that the page shows.',
    labelNames: ['code', 'severity'],
    registers,
    collect() {
      this.reset()
      for (const { code, severity } of health().problems) this.set({ code, severity }, 1)
    },
  })
  gauge('pumphandle_blind', '1 while silence means nothing, since the collector itself was away or stood still.', () =>
    fleet.blindUntil > clock.now() ? 1 : 0,
  )
  new Gauge({
    name: 'pumphandle_certificate_expiry_timestamp_seconds',
    help: 'When the certificate ends that agents and browsers see; no line where a proxy ends TLS.',
    labelNames: ['issuer'],
    registers,
    collect() {
      this.reset()
      if (certificate) this.set({ issuer: certificate.issuer }, certificate.endsAt / 1000)
    },
  })
  new Counter({
    name: 'pumphandle_events_stored_total',
    help: 'Events stored that were not known before.',
    registers,
    collect() {
      this.reset()
      this.inc(ingest.stored)
    },
  })
  gauge('pumphandle_events_waiting', 'Events that wait to be stored.', () => journal.waiting)
  gauge('pumphandle_database_size_bytes', "The database's size.", async () => (await databaseSize(store)).bytes)
  gauge(
    'pumphandle_database_free_bytes',
    'Of that, what holds nothing and is used again.',
    async () => (await databaseSize(store)).freeBytes,
  )
  const disk = async () => statfs(config.dataDir)
  gauge('pumphandle_data_disk_size_bytes', 'The disk of the data folder.', async () => {
    const { blocks, bsize } = await disk()
    return blocks * bsize
  })
  gauge('pumphandle_data_disk_free_bytes', 'What is free of it for the collector.', async () => {
    const { bavail, bsize } = await disk()
    return bavail * bsize
  })
  new Gauge({
    name: 'pumphandle_channel_up',
    help: '1 where the last message to a channel was delivered, or none was sent yet; 0 where it failed.',
    labelNames: ['channel', 'kind'],
    registers,
    async collect() {
      this.reset()
      for (const { name, kind, enabled, last_error } of await listChannels(store.reader))
        if (enabled === 1) this.set({ channel: name, kind }, last_error === null ? 1 : 0)
    },
  })
  new Gauge({
    name: 'pumphandle_notifications',
    help: 'Messages of the last 400 days by what became of them.',
    labelNames: ['status'],
    registers,
    async collect() {
      for (const status of NOTIFICATION_STATUSES) this.set({ status }, 0)
      for (const { status, n } of await countNotifications(store.reader)) this.set({ status }, n)
    },
  })
  const commits = new Histogram({
    name: 'pumphandle_commit_duration_seconds',
    help: 'Transactions of events, flushed to disk: their acks go out after it.',
    buckets: COMMIT_BUCKETS,
    registers,
  })
  return journal.onCommit((ms) => commits.observe(ms / 1000))

  function gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read())
      },
    })
  }
}
