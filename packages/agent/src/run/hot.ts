import { randomInt } from 'node:crypto'
import { uptime } from 'node:os'
import { systemClock as clock } from '@pumphandle/shared/clock'
import { type Secrets, type Settings, SettingsError } from '../config/settings.ts'
import { readSecrets, readSettings, type StoredSettings, writeSettings } from '../config/settings-file.ts'
import { type DeferredLog, deferredLog } from '../log/log.ts'
import { createBackoff } from '../uplink/backoff.ts'
import { AGENT_VERSION } from '../version.ts'
import type { WindowsHost } from '../windows/host.ts'
import { compileAddressPattern } from './address-pattern.ts'
import { type Agent, startAgent } from './agent.ts'
import { type FirstSight, readFirstSight } from './first-sight.ts'
import { type Identity, readyIdentity } from './identity.ts'
import { type ConnectionOptions, parseRunOptions, withOptions } from './options.ts'
import type { RoutineOptions } from './routine.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

/** What both ways to run, in the foreground and as a service, have in common. */
export interface HotStart {
  dataFolder: string
  volume: string
  log: DeferredLog
  stored: StoredSettings | undefined
  windows: WindowsHost | undefined
  /** Starts the agent for an identity. */
  begin: (identity: Identity) => Agent
  /** Enrols with these settings, for as long as it takes. @throws (rejects) SettingsError where one is missing */
  enrol: (settings: Partial<Settings>, secrets: Secrets) => Promise<Identity>
}

/** Numbers between 0 and 1 for jitter. */
const random = (): number => randomInt(2 ** 32) / 2 ** 32

/**
 * Entry of the two commands that must be fast. What it may load is listed in tests/hot-start.txt. Exits with
 * a sentence where a setting is missing.
 *
 * @param keepCode called once when the first second is over
 */
export function runHot(command: string, args: string[], keepCode?: () => void): void {
  try {
    compileAddressPattern()
    const options = parseRunOptions(args)
    const around = readSurroundings(options)
    const hot = prepare(around, keepCode)
    if (command === 'run') runInForeground(hot, around, options)
    else void import('./service.ts').then(({ runService }) => runService(hot, clock)).catch(fail)
  } catch (error) {
    fail(error)
  }
}

/** Reads what the first second needs, and nothing else. */
function prepare(around: Surroundings, keepCode?: () => void): HotStart {
  const { dataFolder, volume, live, sealer } = around
  const log = deferredLog(clock)
  const startOfWindows = (): number => Math.round(clock.now() - uptime() * 1000)
  const startedAt = startOfWindows()
  const systemProxy = (): string | undefined => around.windows?.systemProxy()
  let isLogOpen = false
  async function openLog(): Promise<void> {
    if (isLogOpen) return
    isLogOpen = true
    const { openFileLog } = await import('../log/file-log.ts')
    log.attach(openFileLog(dataFolder, AGENT_VERSION))
  }
  const first = (): FirstSight =>
    readFirstSight({ volume, isLive: live !== undefined, startedAt, now: clock.now(), dataFolder })
  function start(identity: Identity, copied: (token: string | undefined) => void): Agent {
    return startAgent({
      identity,
      dataFolder,
      signOn: around.signOn,
      first,
      clock,
      log,
      random,
      clockShift: () => (live ? startOfWindows() - startedAt : 0),
      systemProxy,
      marks: live && (() => live.marks()),
      copied,
      version: AGENT_VERSION,
      loadRoutine: async (uplink, sight) => {
        keepCode?.()
        await openLog()
        const { startRoutine } = await import('./routine.ts')
        const hardware = live && (await import('../live/hardware.ts')).readHardware
        const watchKeys: RoutineOptions['watchKeys'] = live && ((keys, changed) => live.watchKeys(keys, changed, clock))
        const host = live && {
          isOtherComputer: () => isOtherComputer(identity.stored.hardware, live),
          services: live.services(),
          live: () => live.liveRegistry(),
          channel: live.systemChannel(volume),
          watchKeys,
        }
        const machine = identity.stored.machine ?? ''
        return startRoutine({ dataFolder, machine, volume, clock, log, random, hardware, ...host }, uplink, sight)
      },
    })
  }
  async function enrolAs(settings: Partial<Settings>, secrets: Secrets): Promise<Identity> {
    const { collectorUrl } = settings
    if (collectorUrl === undefined)
      throw new SettingsError('No collector is set: give --collector https://… or COLLECTOR_URL.')
    const stored = writeSettings(dataFolder, { ...settings, collectorUrl }, secrets, sealer())
    await openLog()
    const applicant = {
      computerName: first().computerName,
      agentVersion: AGENT_VERSION,
      ...live?.marks(),
    }
    const { enrolOnce, enrolPatiently, keyed } = await import('./enrolment.ts')
    const own = keyed(secrets)
    let attempts = 0
    const attempt = () => {
      // every other time by the system's proxy, where there is one and none is set; what works is kept
      const proxy = stored.proxy ?? (attempts++ % 2 === 1 ? systemProxy() : undefined)
      return enrolOnce(around, { ...stored, ...(proxy && { proxy }) }, own, sealer(), applicant)
    }
    return enrolPatiently(attempt, clock, createBackoff(random), log)
  }
  return {
    dataFolder,
    volume,
    log,
    windows: around.windows,
    stored: readSettings(dataFolder),
    begin(identity) {
      let agent: Agent
      const asItself = (known: Identity): void => {
        agent = start(known, (token) => {
          if (token === undefined) return
          // a computer of its own needs a key of its own: the one that it has is another's
          const { machine: _machine, hardware: _hardware, ...settings } = known.stored
          const { key: _key, machineSecret: _secret, ...secrets } = known.secrets()
          const left = agent
          left
            .goodbye('service-stop')
            .then(() => {
              left.close()
              return enrolAs(settings, { ...secrets, enrolmentToken: token })
            })
            .then(asItself)
            .catch((error: unknown) => log.error({ reason: String(error) }, 'the copy could not enrol anew'))
        })
      }
      asItself(identity)
      return {
        goodbye: (reason) => agent.goodbye(reason),
        resumed: () => agent.resumed(),
        close: () => agent.close(),
      }
    },
    enrol: enrolAs,
  }
}

/** Whether this computer's board is known and not the one that enrolled. */
function isOtherComputer(enrolled: string | undefined, live: WindowsHost): boolean {
  const own = enrolled === undefined ? undefined : live.marks().hardware
  return own !== undefined && own !== enrolled
}

/** Runs until Ctrl-C, on any platform. */
function runInForeground(hot: HotStart, around: Surroundings, options: ConnectionOptions): void {
  const { stored } = hot
  const given = withOptions(stored ?? {}, () => readSecrets(stored, around.sealer()), options)
  const identity = readyIdentity(around.dataFolder, given.settings as StoredSettings, around.sealer)
  let agent: Agent | undefined
  if (identity) agent = hot.begin(identity)
  else {
    hot
      .enrol(given.settings, given.secrets ?? readSecrets(stored, around.sealer()))
      .then((enrolled) => (agent = hot.begin(enrolled)))
      .catch(fail)
  }
  const stop = (): void => {
    void (agent?.goodbye('service-stop') ?? Promise.resolve()).then(() => {
      agent?.close()
      process.exit(0)
    })
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
}

/** One sentence for a person, and an exit that Windows counts as a failure and restarts after. */
export function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
