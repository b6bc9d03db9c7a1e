import { MaintenanceWindows } from '../jobs/maintenance/windows.ts'
import { Notifier } from '../jobs/notify/index.ts'
import { Retention } from '../jobs/retention/retention.ts'
import { publicAddress } from '../model/address.ts'
import type { FleetIndex } from '../search/fleet-index.ts'
import { readQuery } from '../search/read-query.ts'
import type { Context } from './context.ts'
import { endInOrder } from './in-order.ts'

/** What is done from time to time beside answering. */
export interface Jobs {
  readonly notifier: Notifier
  readonly windows: MaintenanceWindows
  /** No more of them; resolves when those that run have ended. */
  close(): Promise<void>
}

type Needs = Pick<Context, 'clock' | 'config' | 'desk' | 'incidents' | 'log' | 'maintenance' | 'settings' | 'store'>

export function startJobs(context: Needs, index: FleetIndex): Jobs {
  const { clock, config, desk, incidents, log, maintenance, settings, store } = context
  const notifier = new Notifier({
    store,
    clock,
    log,
    address: publicAddress(config),
    mail: config.mail,
    incident: async (id) => incidents.get(id)?.row(clock.now()) ?? (await desk.detail(id))?.incident,
  })
  const windows = new MaintenanceWindows({
    store,
    clock,
    log,
    under: maintenance,
    async machinesOf(q) {
      await index.sync()
      return index.columns.idsOf(await index.search(readQuery(q)))
    },
  })
  const retention = new Retention({ store, clock, log, days: () => settings.current.retentionDays })
  return {
    notifier,
    windows,
    close: () => endInOrder(log, [() => notifier.close(), () => windows.close(), () => retention.close()]),
  }
}
