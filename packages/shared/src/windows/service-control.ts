/** What Windows tells a service, in our words. */
export type ServiceControl = 'stop' | 'preshutdown' | 'shutdown' | 'suspend' | 'resume' | 'ask'

/** winsvc.h: SERVICE_CONTROL_ codes. */
const CONTROL = { stop: 1, interrogate: 4, shutdown: 5, powerEvent: 0xd, preshutdown: 0xf } as const
/** winuser.h: PBT_ power broadcast events. Resume comes as "automatic" always, as "suspend" only if a person woke it. */
const POWER = { suspend: 4, resumeAutomatic: 0x12 } as const

/** winsvc.h: SERVICE_ACCEPT_ stop, shutdown, power events, pre-shutdown. */
export const ACCEPTED_CONTROLS = 0x1 | 0x4 | 0x40 | 0x100
/** NO_ERROR and ERROR_CALL_NOT_IMPLEMENTED: what a control handler answers. */
export const ANSWER = { done: 0, notImplemented: 120 } as const

/**
 * What a call of the control handler means, or undefined where it means nothing to a service of ours. (Microsoft, "LPHANDLER_FUNCTION_EX
 * callback function".)
 */
export function serviceControlOf(code: number, eventType: number): ServiceControl | undefined {
  if (code === CONTROL.stop) return 'stop'
  if (code === CONTROL.preshutdown) return 'preshutdown'
  if (code === CONTROL.shutdown) return 'shutdown'
  if (code === CONTROL.interrogate) return 'ask'
  if (code !== CONTROL.powerEvent) return undefined
  if (eventType === POWER.suspend) return 'suspend'
  if (eventType === POWER.resumeAutomatic) return 'resume'
  return undefined
}
