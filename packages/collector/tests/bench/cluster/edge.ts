/** An edge of the cluster benchmark, a process of its own, whose few senders stand for many. */
import { readConfig, startEdge } from '../../../src/index.ts'

const [database = '', dataDir = ''] = process.argv.slice(2)
const edge = await startEdge(
  readConfig({
    PUMPHANDLE_ROLE: 'edge',
    PUMPHANDLE_PORT: '0',
    PUMPHANDLE_DATABASE: database,
    PUMPHANDLE_DATA: dataDir,
    PUMPHANDLE_LOG_LEVEL: 'error',
  }),
  { maxFramesPerMinute: 1_000_000 },
)
process.on('message', () => void edge.close().then(() => process.exit(0)))
process.send?.({ url: edge.url })
