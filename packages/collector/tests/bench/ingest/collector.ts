/** The collector of the ingest benchmark, a process of its own: answers its parent's questions about itself. */
import { readConfig, startCollector } from '../../../src/index.ts'

const [dataDir = '', machines = '0', gateways = '0'] = process.argv.slice(2)
const collector = await startCollector(
  readConfig({
    PUMPHANDLE_PORT: '0',
    PUMPHANDLE_DATA: dataDir,
    PUMPHANDLE_LOG_LEVEL: 'error',
    PUMPHANDLE_GATEWAYS: gateways,
  }),
  { maxFramesPerMinute: 1_000_000 },
)
const { enrolment, store } = collector.context
const token = await enrolment.createToken({ name: 'bench', site: 'A81001', days: 1, maxUses: null, createdBy: 'bench' })
const request = { computerName: 'BENCH', agentVersion: '0.1.0' }
const identities = await Promise.all(
  Array.from({ length: Number(machines) }, () => enrolment.enrol(token.secret, request)),
)

type Question = 'usage' | 'stored' | 'end'

async function answer(question: Question): Promise<void> {
  if (question === 'end') {
    await collector.close()
    process.exit(0)
  }
  if (question === 'usage') {
    global.gc?.()
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss })
  } else {
    const row = await store.reader
      .selectFrom('event')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    process.send?.({ stored: Number(row.n) })
  }
}

process.on('message', (question: Question) => void answer(question))
process.send?.({ url: collector.url, identities })
