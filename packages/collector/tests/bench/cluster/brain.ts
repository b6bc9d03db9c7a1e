/** The brain of the cluster benchmark, a process of its own: enrols the senders, and answers with what it has taken. */
import { readConfig, startBrain } from '../../../src/index.ts'

const [database = '', dataDir = '', machines = '0'] = process.argv.slice(2)
let lags: number[] = []
let taken = 0
const brain = await startBrain(
  readConfig({
    PUMPHANDLE_ROLE: 'brain',
    PUMPHANDLE_PORT: '0',
    PUMPHANDLE_DATABASE: database,
    PUMPHANDLE_DATA: dataDir,
    PUMPHANDLE_LOG_LEVEL: 'error',
  }),
  { onTaken: (ms) => void lags.push(ms) },
)
const { enrolment, changes } = await brain.active
changes.on('event-stored', () => void taken++)
const token = await enrolment.createToken({ name: 'bench', site: 'A81001', days: 1, maxUses: null, createdBy: 'bench' })
const request = { computerName: 'BENCH', agentVersion: '0.1.0' }
const identities = await Promise.all(
  Array.from({ length: Number(machines) }, () => enrolment.enrol(token.secret, request)),
)
process.on('message', (question: 'taken' | 'forget' | 'end') => {
  if (question === 'end') return void brain.close().then(() => process.exit(0))
  if (question === 'forget') lags = []
  process.send?.({ taken, lags })
})
process.send?.({ identities })
