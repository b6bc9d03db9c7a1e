import type { AgentEvent, Component, ComponentKind, EventOf, Hello } from '@pumphandle/shared/wire'
import type { WatchedService } from '../live/services.ts'

/** What the first second says: this boot, and the crash before it if there was one. Read in milliseconds. */
export interface FirstSight {
  computerName: string
  boot: Hello['boot']
  events: AgentEvent[]
}

/** Everything that a full look at the volume tells. */
export interface Sight {
  /** Boots, crashes, updates: each with an id that is the same whenever it is looked at. */
  events: AgentEvent[]
  components: Component[]
  /** Kinds of components that were read in full. */
  complete: ComponentKind[]
  inventory: Pick<EventOf<'inventory'>, 'osName' | 'maker' | 'model' | 'readiness' | 'problems'>
  services: WatchedService[]
}

/** The agent's view of one Windows volume: the sources behind one interface. */
export interface Observer {
  first(): FirstSight
  look(): Promise<Sight>
  /** Only what changes without a restart: sensors and their content. Fast enough for the last second. */
  glance(): Promise<Pick<Sight, 'components' | 'complete'>>
  /** Whether Windows is going down to come up again, as far as its log says: best effort, else `shutdown`. */
  shutdownKind(): 'shutdown' | 'restart'
  /** Folders of the volume whose changes `glance` should see at once, and those that `look` should. */
  places: { glance: string[]; look: string[] }
}
