import type { BrainState } from '../cluster/brain-state.ts'
import type { Probation } from '../enrol/probation.ts'
import { FleetIndex } from '../search/fleet-index.ts'
import type { Context } from './context.ts'

type Parts = Pick<
  Context,
  | 'book'
  | 'changes'
  | 'clock'
  | 'detection'
  | 'fleet'
  | 'follower'
  | 'log'
  | 'maintenance'
  | 'retirement'
  | 'settings'
  | 'store'
> &
  Pick<Parameters<BrainState['goOn']>[0], 'catalogue' | 'onTransition'> & { readonly probation: Probation }

/**
 * What searches are answered from, not started; of a brain started, once it has followed the active one and it is its turn.
 * @throws Stale where the brain has to begin anew
 */
export async function caughtUp(brain: BrainState | undefined, parts: Parts): Promise<FleetIndex> {
  const { book, changes, clock, detection, fleet, probation, retirement, settings, store } = parts
  const index = new FleetIndex({ ...parts, incidents: detection.incidents })
  try {
    await brain?.goOn({
      ...parts,
      bringBack: (ids) => retirement.bringBack({ ids }),
      onMachine: (machine) => detection.enrolled(machine, clock.now()),
      onNewcomers: () => probation.read(store.reader),
      onVouched: (machine) => probation.vouched(machine),
      onFollowing: () => index.start(),
      async onTurn() {
        await settings.reread()
        const { changed, moved } = await book.read()
        changes.emit('practices-changed', { practices: changed, at: clock.now() })
        for (const site of moved)
          for (const machine of fleet.machinesAt(site)) {
            machine.region = book.regionOf(site)
            detection.enrolled(machine, clock.now())
          }
      },
    })
    return index
  } catch (error) {
    await index.close()
    throw error
  }
}
