import {
  CollectorFrame,
  EnrolResponse,
  HEARTBEAT_SECONDS,
  MAX_PROBES,
  MIN_PROBE_INTERVAL_SECONDS,
  type Welcome,
} from '@pumphandle/shared/wire'

/** A frame from the collector, or undefined where it is none: the agent then ignores it. */
export function readCollectorFrame(text: string): CollectorFrame | undefined {
  return readAs(CollectorFrame, text)
}

/** The collector's answer to enrolment, or undefined where it is none. */
export function readEnrolResponse(text: string): EnrolResponse | undefined {
  return readAs(EnrolResponse, text)
}

function readAs<T>(
  schema: { safeParse: (value: unknown) => { success: boolean; data?: T } },
  text: string,
): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** What the agent makes of a welcome: its own bounds hold, whatever the collector says. */
export function withinBounds(welcome: Welcome): Pick<Welcome, 'heartbeatSeconds' | 'probes'> {
  const { min, max } = HEARTBEAT_SECONDS
  return {
    heartbeatSeconds: Math.min(max, Math.max(min, welcome.heartbeatSeconds)),
    probes: welcome.probes.slice(0, MAX_PROBES).map((probe) => ({
      ...probe,
      intervalSeconds: Math.max(MIN_PROBE_INTERVAL_SECONDS, probe.intervalSeconds),
    })),
  }
}
