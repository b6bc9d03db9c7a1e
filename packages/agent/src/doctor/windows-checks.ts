import { release } from 'node:os'
import { textValue } from '../formats/regf/registry.ts'
import { plainHost } from '../uplink/proxy-line.ts'
import { LOGS } from '../volume/history.ts'
import { Volume } from '../volume/volume.ts'
import type { WindowsHost } from '../windows/host.ts'
import { liveKey } from '../windows/registry.ts'
import { ENVIRONMENT, isAtRest, SERVICE_KEY } from '../windows/service-environment.ts'
import { openServiceSettings, SERVICE_NAME } from '../windows/service-settings.ts'
import { SignOnError } from '../windows/sign-on.ts'
import { type Check, type Finding, info, ok, type Patient, skipped, wrong } from './check.ts'

/** So many events of the file are asked for too, so that an answer of none is a fault. */
const KNOWN_EVENTS = 5

/** A check that only a running Windows can answer. */
function onWindows(
  code: string,
  title: string,
  look: (windows: WindowsHost, patient: Patient) => ReturnType<Check['look']>,
): Check {
  return {
    code,
    title,
    look: (patient) =>
      patient.around.windows ? look(patient.around.windows, patient) : skipped('Asked only on a running Windows.'),
  }
}

/** Where machine-wide settings put the address of a proxy script (PAC): by policy, or for all users. */
const INTERNET_SETTINGS = [
  'SOFTWARE\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings',
]

function proxyScript(windows: WindowsHost): string | undefined {
  return INTERNET_SETTINGS.map((path) => textValue(liveKey(windows.registry(), path), 'AutoConfigURL')).find(
    (address) => address !== undefined && address !== '',
  )
}

/** Windows' first word to a proxy, as whoever runs this. */
async function signOn(windows: WindowsHost, proxy: string): Promise<Finding> {
  const who = 'as you; the service does as the computer’s own account'
  try {
    const conversation = windows.signOn().begin('Negotiate', plainHost(new URL(proxy)))
    try {
      const word = await conversation.next()
      return ok(`Windows signs on by ${word.includes('NTLMSSP') ? 'NTLM' : 'Kerberos'} (${who}).`)
    } finally {
      conversation.close()
    }
  } catch (error) {
    if (!(error instanceof SignOnError)) throw error
    return info(`${error.message} (${who}): to a proxy that takes NTLM or Negotiate alone, give an account in PROXY.`)
  }
}

/** What docs/windows-checks.md lists, as far as a program can check it by itself. */
export const WINDOWS_CHECKS: Check[] = [
  onWindows('windows', 'Windows', () => info(`Windows ${release()}, ${process.arch}.`)),
  onWindows('service', 'Service', (windows) => {
    const { state, failed } = windows.services().state(SERVICE_NAME)
    if (state === 'running') return ok('The service runs.')
    if (state === 'missing') return wrong('The service is not installed: install the MSI, or run `install`.')
    return wrong(
      `The service is ${state}${failed ? ' after a failure: see agent.log' : ''}; start it with net start ${SERVICE_NAME}.`,
    )
  }),
  onWindows('service-settings', 'Service settings', (windows) => {
    const refused = openServiceSettings(windows.koffi()).apply()
    return refused.length === 0
      ? ok('Restart after failure, pre-shutdown time, SID and privileges are set.')
      : wrong(`Windows did not take: ${refused.join(', ')}.`)
  }),
  onWindows('service-environment', 'Service environment', (windows) =>
    isAtRest(windows.registry().read(SERVICE_KEY, ENVIRONMENT))
      ? ok('Variables of the machine that Node reads do not reach the service.')
      : wrong('NODE_OPTIONS and the like of the machine reach the service: install it again.'),
  ),
  onWindows('event-log-channel', 'Newest events, from Windows', async (windows, { around }) => {
    const channel = windows.systemChannel(around.volume)
    if (channel === undefined) return skipped('This is Wine, whose event log is empty.')
    const volume = new Volume(around.volume)
    const newest = volume.history().system().ids.at(-1) ?? 0
    volume.close()
    const asked = await channel.newerThan(newest - KNOWN_EVENTS)
    return asked.length > 0
      ? ok(
          `Windows answers; ${asked.filter(({ recordId }) => recordId > newest).length} events are not in the file yet.`,
        )
      : wrong('Windows names no event, not even those that its file has.')
  }),
  onWindows('safe-mode', 'Safe Mode with Networking', (windows) => {
    const key = `SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Network\\${SERVICE_NAME}`
    return textValue(liveKey(windows.registry(), key), '') === 'Service'
      ? ok('The agent is registered for Safe Mode with Networking.')
      : wrong('The agent does not start in Safe Mode: install it again.')
  }),
  onWindows('crash-dumps', 'Crash dumps', (windows) => {
    const key = liveKey(windows.registry(), 'SYSTEM\\CurrentControlSet\\Control\\CrashControl')
    const enabled = key.value('CrashDumpEnabled')?.data.readUInt32LE(0) ?? 0
    return enabled === 0
      ? wrong('Crash dumps are off: culprits will not be known. Set CrashDumpEnabled to 7 (automatic) or 3 (small).')
      : ok(`Crash dumps are on (CrashDumpEnabled ${enabled}).`)
  }),
  onWindows('computer', 'Which computer this is', (windows, { stored }) => {
    const { fingerprint, hardware } = windows.marks()
    if (fingerprint === undefined)
      return wrong('Windows has no machine GUID: a reinstalled agent will be another machine.')
    if (hardware === undefined)
      return info('Its board has no number of its own: a copy of its disk is not told from it.')
    if (stored?.hardware === undefined || stored.hardware === hardware) return ok('The one that enrolled.')
    return wrong(
      'Another one than enrolled: its disk was copied, or its board replaced. Where the other computer still runs, install the agent here anew with an enrolment token; a new board is taken over by `enrol --token …`.',
    )
  }),
  onWindows('secrets', 'Protection of secrets', (windows) => {
    const sealed = windows.sealer().protect(Buffer.from('probe'))
    return windows.sealer().unprotect(sealed).toString() === 'probe' && !sealed.includes('probe')
      ? ok('Windows’ data protection seals and opens.')
      : wrong('Windows’ data protection does not give back what it sealed.')
  }),
  onWindows('system-proxy', 'The system’s proxy', (windows, { stored }) => {
    const proxy = windows.systemProxy()
    const script = proxyScript(windows)
    if (script !== undefined && stored?.proxy === undefined)
      return info(
        `This computer takes its proxy from a script (${script}), which the agent does not run: where the direct way is closed, give PROXY the address that the script names.`,
      )
    if (proxy === undefined) return info('The system has none (netsh winhttp).')
    return info(
      stored?.proxy ? `The system’s is ${proxy}; the agent uses ${stored.proxy}.` : `The system’s is ${proxy}.`,
    )
  }),
  onWindows('proxy-sign-on', 'Sign-on to a proxy by NTLM or Negotiate', (windows, { stored }) =>
    signOn(windows, stored?.proxy ?? windows.systemProxy() ?? 'http://proxy'),
  ),
  onWindows('system-log', 'Live event log', (windows, { around }) => {
    const volume = new Volume(around.volume, windows.liveRegistry())
    const place = volume.logPlace('System')
    volume.close()
    const moved = place && 'path' in place ? place.path : undefined
    return info(moved ? `It was moved and is read from ${moved}.` : `Read from ${around.volume}${LOGS}.`)
  }),
]
