import { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import type { Store } from '../store/index.ts'
import { readJson } from '../store/read-json.ts'
import { readSettingRows, writeSetting } from '../store/settings.ts'

/** Days that the audit log is kept where nobody set it: as long as the NHS keeps records of access, and some more. */
const AUDIT_DAYS = 730

/** What the configuration says of what admins may set. */
type Given = Pick<Config, 'alarmBudget' | 'bootLoop' | 'probes' | 'retentionDays' | 'timeZone'>

/** What admins have set, and what the configuration says of the rest: read once, kept here, and asked by all others. */
export class LiveSettings {
  readonly #store: Store
  readonly #given: Settings
  #current: Settings

  private constructor(store: Store, given: Given) {
    this.#store = store
    this.#given = {
      alarmBudget: given.alarmBudget,
      retentionDays: { events: given.retentionDays, audit: AUDIT_DAYS },
      bootLoop: { ...given.bootLoop },
      probes: [...given.probes],
      timeZone: given.timeZone,
      retireAfterDays: 0,
      secondFactorFrom: 'nobody',
    }
    this.#current = this.#given
  }

  static async read(store: Store, given: Given): Promise<LiveSettings> {
    const settings = new LiveSettings(store, given)
    await settings.#read()
    return settings
  }

  /** As they hold now. */
  get current(): Settings {
    return this.#current
  }

  /** Sets some of them, for everybody from the next event on. */
  async change(wanted: Partial<Settings>, by: string, clock: Clock): Promise<Settings> {
    await this.#store.transaction(async (tx) => {
      for (const [key, value] of Object.entries(wanted))
        await writeSetting(tx, { key, value: JSON.stringify(value), updated_at: clock.now(), updated_by: by })
    })
    await this.#read()
    return this.#current
  }

  /** Reads anew what another process may have set. */
  reread(): Promise<void> {
    return this.#read()
  }

  async #read(): Promise<void> {
    const rows = await readSettingRows(this.#store.db)
    const current = { ...this.#given }
    // a value that an older version wrote and this one does not understand must not keep the collector from starting
    for (const [key, schema] of Object.entries(Settings.shape)) {
      const row = rows.find((r) => r.key === key)
      const value = row && readJson<unknown>(schema, row.value, { table: 'setting', id: key })
      if (value !== undefined) Object.assign(current, { [key]: value })
    }
    this.#current = current
  }
}
