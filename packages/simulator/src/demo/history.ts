import { hash01 } from '@pumphandle/shared/random'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { ordinaryStopCode, stopName } from '../world/stop-codes.ts'

const DAYS_BACK = 3
const CRASHED_LATELY = 0.03 // of machines, in those days
const APP_CRASHED_LATELY = 0.12
const DRIVERS = ['ntoskrnl.exe', 'igdkmd64.sys', 'rt640x64.sys', 'ntoskrnl.exe', 'usbxhci.sys']

/**
 * What an agent reads from the event log when it is installed: the last days' boots, and a crash here and there. Always
 * the same for the same machine.
 */
export function history(machine: number, now: number, run: string): AgentEvent[] {
  const events: AgentEvent[] = []
  const crashedOn = hash01(machine, 71) < CRASHED_LATELY ? 1 + Math.floor(hash01(machine, 72) * DAYS_BACK) : 0
  for (let day = DAYS_BACK; day >= 1; day--) {
    const morning = now - day * DAY - hash01(machine, 80 + day) * 90 * MINUTE
    events.push(boot(machine, day, morning, run, 'clean'))
    if (day === crashedOn) events.push(...crash(machine, day, morning + (1 + hash01(machine, 73) * 5) * 3_600_000, run))
  }
  if (hash01(machine, 74) < APP_CRASHED_LATELY) {
    events.push(appCrash(machine, 1, now - hash01(machine, 75) * DAYS_BACK * DAY, run))
  }
  return events
}

/** A program that ended by itself, as machines have it every day. */
export function appCrash(machine: number, number: number, at: number, run: string): AgentEvent {
  const programs = [
    ['EMISWeb.exe', '9.20.4.1'],
    ['SystmOne.exe', '11.3.2.0'],
    ['OUTLOOK.EXE', '16.0.17726.20160'],
    ['msedge.exe', '126.0.2592.102'],
    ['WINWORD.EXE', '16.0.17726.20160'],
  ] as const
  const [process, processVersion] = programs[Math.floor(hash01(machine, 900 + number) * programs.length)]!
  return {
    type: 'crash',
    id: `${run}.app-${number}`,
    at: Math.round(at),
    kind: 'app',
    process,
    processVersion,
    module: 'ntdll.dll',
    exceptionCode: '0xc0000005',
    count: 1,
    sources: ['log-1000'],
  }
}

function boot(machine: number, day: number, at: number, run: string, end: 'clean' | 'bugcheck'): AgentEvent {
  return {
    type: 'boot',
    id: `${run}.past-boot-${day}-${end}`,
    at: Math.round(at),
    bootId: `${run}.past.${day}.${end}`,
    start: hash01(machine, day) < 0.3 ? 'fast-startup' : 'cold',
    previous: { end },
  }
}

function crash(machine: number, day: number, at: number, run: string): AgentEvent[] {
  const driver = DRIVERS[Math.floor(hash01(machine, 76) * DRIVERS.length)]!
  const stopCode = ordinaryStopCode(driver)
  const name = stopName(stopCode)
  const event: AgentEvent = {
    type: 'crash',
    id: `${run}.past-crash-${day}`,
    at: Math.round(at),
    kind: 'bugcheck',
    stopCode,
    ...(name === undefined ? {} : { stopName: name }),
    culprit: { driver, reason: 'The module at the faulting address, from the dump.', confidence: 'medium' },
    uptimeSeconds: 7200,
    bootId: `${run}.past.${day}.clean`,
    sources: ['log-1001', 'minidump'],
  }
  return [event, boot(machine, day, at + 2 * MINUTE, run, 'bugcheck')]
}
