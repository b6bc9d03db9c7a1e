import type { WrittenEvent } from './write-evtx.ts'

const KERNEL_GENERAL = 'Microsoft-Windows-Kernel-General'
const KERNEL_POWER = 'Microsoft-Windows-Kernel-Power'

/** A bugcheck as Windows tells it at the start after it. */
export interface ToldBugcheck {
  stopCode: number
  parameters: [bigint, bigint, bigint, bigint]
  dump?: string
}

/** Tells the life of a machine as its System log has it: events in the order in which Windows writes them. */
export class Story {
  readonly events: WrittenEvent[] = []
  readonly #computer: string
  readonly #build: number
  readonly #revision: number

  constructor(computer = 'PC-1', os = '19045.4651') {
    this.#computer = computer
    const [build = 0, revision = 0] = os.split('.').map(Number)
    this.#build = build
    this.#revision = revision
  }

  add(at: number, provider: string, eventId: number, data: WrittenEvent['data'] = {}): this {
    this.events.push({ recordId: this.events.length + 1, at, provider, eventId, computer: this.#computer, data })
    return this
  }

  /** A start; what it says of the boot before comes in the order of Windows 10. */
  boot(at: number, about: { kernelStop?: number; unclean?: boolean; bootType?: number; mode?: number } = {}): this {
    if (about.unclean)
      this.add(at + 8_000, 'EventLog', 6008, ['21:03:17', '\u200e18.\u200e07.\u200e2024', '', '', '934', '', ''])
    this.add(at + 8_000, 'EventLog', 6009, ['10.00.', String(this.#build), '', 'Multiprocessor Free', '0'])
    this.add(at + 8_000, 'EventLog', 6005, [])
    if (about.kernelStop)
      this.add(about.kernelStop, KERNEL_GENERAL, 13, { StopTime: new Date(about.kernelStop).toISOString() })
    this.add(at + 100, KERNEL_GENERAL, 12, {
      MajorVersion: '10',
      MinorVersion: '0',
      BuildVersion: String(this.#build),
      QfeVersion: String(this.#revision),
      ServiceVersion: '0',
      BootMode: String(about.mode ?? 0),
      StartTime: new Date(at).toISOString(),
    })
    return this.add(at + 100, 'Microsoft-Windows-Kernel-Boot', 27, {
      BootType: String(about.bootType ?? 0),
      LoadOptions: ' NOEXECUTE=OPTIN',
    })
  }

  /** Kernel-General 1: the clock is set. */
  clockSet(from: number, to: number, reason = 1): this {
    return this.add(to, KERNEL_GENERAL, 1, {
      NewTime: new Date(to).toISOString(),
      OldTime: new Date(from).toISOString(),
      Reason: String(reason),
    })
  }

  /** EventLog 6013, the uptime. */
  uptime(at: number, seconds: number): this {
    return this.add(at, 'EventLog', 6013, ['', '', '', '', String(seconds), '60', '0 GMT Standard Time'])
  }

  /** Asleep and awake again: Kernel-Power 42 and 107, or 506 and 507 for modern standby. */
  sleep(from: number, until: number, isStandby = false): this {
    if (isStandby)
      return this.add(from, KERNEL_POWER, 506, { Reason: '7' }).add(until, KERNEL_POWER, 507, { Reason: '1' })
    return this.add(from, KERNEL_POWER, 42, { TargetState: '4' }).add(until, KERNEL_POWER, 107, { TargetState: '4' })
  }

  /** Shut down by fast start-up, and resumed. */
  fastStartup(down: number, up: number): this {
    this.add(down, KERNEL_POWER, 42, { TargetState: '6', EffectiveState: '5' })
    this.add(down + 2_000, KERNEL_POWER, 107, { TargetState: '6' })
    return this.add(up, 'Microsoft-Windows-Kernel-Boot', 27, { BootType: '1', LoadOptions: '' })
  }

  /** Kernel-Power 41 with or without a bugcheck. */
  uncleanStart(
    at: number,
    cause: { bugcheck?: ToldBugcheck; powerButtonAt?: bigint; isAsleep?: boolean; isInStandby?: boolean } = {},
  ): this {
    const { bugcheck } = cause
    return this.add(at, KERNEL_POWER, 41, {
      BugcheckCode: String(bugcheck?.stopCode ?? 0),
      ...Object.fromEntries(
        [0, 1, 2, 3].map((i) => [`BugcheckParameter${i + 1}`, `0x${(bugcheck?.parameters[i] ?? 0n).toString(16)}`]),
      ),
      ConnectedStandbyInProgress: cause.isInStandby ? 'true' : 'false',
      SleepInProgress: cause.isAsleep ? '4' : '0',
      PowerButtonTimestamp: String(cause.powerButtonAt ?? 0n),
    })
  }

  /** Event 1001: "The computer has rebooted from a bugcheck." */
  bugcheckReport(at: number, { stopCode, parameters, dump = 'C:\\Windows\\MEMORY.DMP' }: ToldBugcheck): this {
    const hex = (value: bigint | number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`
    return this.add(at, 'Microsoft-Windows-WER-SystemErrorReporting', 1001, {
      param1: `${hex(stopCode, 8)} (${parameters.map((value) => hex(value, 16)).join(', ')})`,
      param2: dump,
      param3: '071924-8890-01',
    })
  }

  /** A clean end: who asked for it, and the end of the event log service. */
  shutdown(at: number, kind = 'restart'): this {
    this.add(at - 10_000, 'User32', 1074, {
      param1: `C:\\Windows\\system32\\winlogon.exe (${this.#computer})`,
      param2: this.#computer,
      param3: 'No title for this reason could be found',
      param4: '0x500ff',
      param5: kind,
      param6: '',
      param7: `${this.#computer}\\jane.doe`,
    })
    return this.add(at, 'EventLog', 6006, [])
  }
}
