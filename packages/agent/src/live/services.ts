import type { Clock } from '@pumphandle/shared/clock'
import type { EventOf } from '@pumphandle/shared/wire'
import type { ServiceStates } from '../windows/service-states.ts'

/** A Windows service of a security product. */
export interface WatchedService {
  service: string
  /** Component name of its product, such as `falcon`. */
  product: string
}

type StateEvent = EventOf<'service-state'>

/** The state of the sensors' services: at start and at each change. */
export interface ServiceWatch {
  /** Asks Windows for each service; answers what is new since the last time. About 18 ms a service. */
  look(services: readonly WatchedService[]): StateEvent[]
}

/**
 * @param states undefined where there is no running Windows to ask
 * @param bootId makes the first state of each boot an event of its own
 */
export function createServiceWatch(
  states: ServiceStates | undefined,
  bootId: string,
  clock: Pick<Clock, 'now'>,
): ServiceWatch {
  const last = new Map<string, StateEvent['state']>()
  return {
    look(services) {
      const events: StateEvent[] = []
      for (const { service, product } of states ? services : []) {
        const found = states?.state(service)
        const previousState = last.get(service)
        if (found === undefined || found.state === previousState) continue
        if (previousState === undefined && found.state === 'missing') continue
        last.set(service, found.state)
        const at = clock.now()
        events.push({
          id:
            previousState === undefined
              ? `service:${bootId}:${service}`.slice(0, 80)
              : `service:${at}:${service}`.slice(0, 80),
          at,
          type: 'service-state',
          service,
          product,
          state: found.state,
          ...(previousState !== undefined && { previousState }),
          ...(found.failed && { unexpected: true }),
        })
      }
      return events
    },
  }
}
