import type { AgentEvent, Component, ComponentKind, EventOf } from '@pumphandle/shared/wire'
import type { WatchedService } from '../live/services.ts'
import type { LogPlaces } from '../volume/volume.ts'

/** Everything that a full look at the volume tells. */
export interface Sight {
  /** Boots, crashes, updates: each with an id that is the same whenever it is looked at. */
  events: AgentEvent[]
  components: Component[]
  /** Kinds of components that were read in full. */
  complete: ComponentKind[]
  inventory: Pick<EventOf<'inventory'>, 'osName' | 'maker' | 'model' | 'readiness' | 'problems'>
  services: WatchedService[]
  /** Logs that are kept elsewhere than Windows keeps them. */
  movedLogs: LogPlaces
}

/** The agent's view of one Windows volume: the sources behind one interface. */
export interface Observer {
  look(): Promise<Sight>
  /** Whether logs or dumps have anything that the last look did not see. A few milliseconds; a look takes tenths of a second. */
  hasNews(): Promise<boolean>
  /** Only what changes without a restart: sensors and their content. Fast enough for the last second. */
  glance(): Promise<Pick<Sight, 'components' | 'complete'>>
  /** Something changed in this one of the `glance` places: its product may have come just now. */
  expect(folder: string): void
  /** Folders of the volume, and registry keys, whose changes `glance` should see at once, and those that `look` should. */
  places: { glance: string[]; keys: string[]; look: { folder: string; names?: ReadonlySet<string> }[] }
}
