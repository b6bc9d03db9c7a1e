/**
 * `npm start`: the collector with its dashboard, and a demo fleet that receives a bad content file after a minute.
 * `npm start -- --empty` starts without the fleet. Other flags are the collector's; `--help` lists them.
 */
import { type Collector, ConfigError, optionsHelp, StartError, startCollector } from '@pumphandle/collector'
import { configOfProcess } from '@pumphandle/collector/config'
import { systemClock } from '@pumphandle/shared'
import { BAD_CONTENT_AT_S, type Demo, startDemo } from '@pumphandle/simulator'

/** Everything has ended by then, or is ended. */
const END_WITHIN_MS = 4_500

const args = process.argv.slice(2)
const empty = args.includes('--empty')
if (args.includes('--help')) {
  console.log(
    `Starts the collector, the dashboard and a demo fleet.\n\n  --empty                no demo fleet\n${optionsHelp()}`,
  )
  process.exit(0)
}
try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}

async function start(): Promise<void> {
  const read = configOfProcess(args.filter((arg) => arg !== '--empty'))
  const config = { ...read, demo: !empty, logLevel: read.logLevel === 'info' ? ('warn' as const) : read.logLevel }
  const collector = await startCollector(config)
  console.log(`\nPumphandle listens on ${collector.url}`)
  if (collector.signInLink)
    console.log(`Sign in with this link, once; it asks you for a password:\n  ${collector.signInLink}`)
  else console.log('Sign in with the address and password that you chose.')
  let demo: Demo | undefined
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    console.log('\nStopping.')
    setTimeout(() => process.exit(1), END_WITHIN_MS).unref()
    demo?.close()
    void collector.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
  if (empty) return console.log('No demo fleet. Ctrl-C ends it.\n')
  const started = await startFleet(collector, config.dataDir)
  if (ending) return started.close()
  demo = started
  console.log(
    `Demo fleet: ${demo.machines} simulated machines in ${demo.practices} practices. In ${BAD_CONTENT_AT_S} seconds they receive a bad content file; it is withdrawn some minutes later.\nCtrl-C ends everything; the next start goes on with the same fleet. npm start -- --empty starts without it.\n`,
  )
}

async function startFleet({ url, context }: Collector, dataDir: string): Promise<Demo> {
  const token = await context.enrolment.createToken({
    name: 'Demo fleet',
    site: null,
    days: 1,
    maxUses: null,
    createdBy: 'npm start',
  })
  const demo = await startDemo({
    collector: url,
    dataDir,
    clock: systemClock,
    async importPractices(csv) {
      await context.importPractices(csv, { dryRun: false, region: 'icb' })
    },
    async enrol(request) {
      const enrolled = await context.enrolment.enrol(token.secret, request)
      if (!enrolled)
        throw new StartError('The demo fleet could not be enrolled; start with --empty, or remove the data folder.')
      return enrolled
    },
    onFault: (error) => console.error('The demo fleet stopped; the collector goes on.', error),
    isKnown: (machine) => context.fleet.byUid(machine) !== undefined,
  })
  await context.enrolment.revokeToken(token.row.id)
  return demo
}
