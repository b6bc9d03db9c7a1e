import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock as clock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { PROTOCOL } from '@pumphandle/shared/wire/protocol'
import { silentLog } from '../log/log.ts'
import type { FirstSight } from '../run/first-sight.ts'
import { type Identity, type Station, trustedRoute } from '../run/identity.ts'
import { inventoryEvent } from '../run/inventory-memory.ts'
import type { Observer } from '../run/observer.ts'
import { asTold } from '../run/told.ts'
import { openSpool } from '../spool/spool.ts'
import { createBackoff } from '../uplink/backoff.ts'
import { dial } from '../uplink/dial.ts'
import { createProver } from '../uplink/prover.ts'
import { startUplink } from '../uplink/uplink.ts'
import { AGENT_VERSION } from '../version.ts'

/** A person waits: what is not acknowledged by then is said to have failed. */
const PATIENCE_MS = 60_000
const LOOK_MS = 50

/**
 * Sends everything that a volume tells and waits until the collector has stored it.
 *
 * @returns how many events that were
 * @throws (rejects) with a sentence where the collector does not take them within a minute
 */
export async function sendScan(
  identity: Identity,
  first: FirstSight,
  observer: Observer,
  station: Station,
): Promise<number> {
  const sight = await observer.look()
  const now = clock.now()
  const content = { ...sight.inventory, components: sight.components, complete: sight.complete }
  const inventory = inventoryEvent(undefined, content, now)?.event
  const events: AgentEvent[] = [
    ...sight.events.map((event) => asTold(first.told, event)),
    ...(inventory ? [inventory] : []),
  ]
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-scan-'))
  const spool = openSpool(folder, clock)
  spool.offer(events)
  const { stored, secrets } = identity
  const route = await trustedRoute(stored, secrets, station)
  let trouble = 'no answer'
  const prover = createProver({
    machine: stored.machine ?? '',
    secrets,
    host: route.url.host,
    isByNonce: () => false,
  })
  const uplink = startUplink({
    clock,
    log: silentLog,
    backoff: createBackoff(Math.random),
    dial: () => dial(route),
    host: route.url.host,
    prover,
    hello: () => ({
      type: 'hello',
      protocol: prover.by === 'secret' ? 1 : PROTOCOL,
      machine: stored.machine ?? '',
      sentAt: clock.now(),
      agent: { version: AGENT_VERSION, platform: `${process.platform}-${process.arch}` },
      computerName: first.computerName,
      ...(stored.site !== undefined && { site: stored.site }),
      boot: first.boot,
      spooled: spool.count(),
    }),
    vitals: () => undefined,
    firstEvents: () => [],
    on: { connected: () => undefined, welcome: () => undefined, lost: (end) => (trouble = end.reason) },
  })
  uplink.attach(spool)
  try {
    while (spool.count() > 0) {
      if (clock.now() - now > PATIENCE_MS) throw new Error(`The collector has not taken the scan: ${trouble}.`)
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve))
    }
    return events.length
  } finally {
    await uplink.goodbye('service-stop', 1000)
    spool.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
