import { Settings } from '@pumphandle/shared/api'
import { Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { readJson } from '../../store/read-json.ts'
import { readSettingRows, writeSetting } from '../../store/settings.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Days that the audit log is kept where nobody set it: as long as the NHS keeps records of access, and some more. */
const AUDIT_DAYS = 730

/** What admins have set, and what the configuration says of the rest. */
export async function readSettings(context: Pick<ServeContext, 'config' | 'store'>): Promise<Settings> {
  const { config, store } = context
  const given: Settings = {
    alarmBudget: config.alarmBudget,
    retentionDays: { events: config.retentionDays, audit: AUDIT_DAYS },
    bootLoop: { ...config.bootLoop },
    probes: [...config.probes],
    timeZone: config.timeZone,
  }
  const set = Object.fromEntries((await readSettingRows(store.db)).map((row) => [row.key, readJson(row.value)]))
  // a value that an older version wrote and this one does not understand must not keep the collector from starting
  for (const [key, schema] of Object.entries(Settings.shape)) {
    const parsed = schema.safeParse(set[key])
    if (parsed.success) Object.assign(given, { [key]: parsed.data })
  }
  return given
}

export function settingsRoutes(
  context: ServeContext,
  onChange: (settings: Settings) => void,
): Handlers<'settings' | 'settingsChange'> {
  const { store, clock } = context
  return {
    settings: () => readSettings(context),
    async settingsChange({ body, actor, note }) {
      if (body.timeZone !== undefined) checkTimeZone(body.timeZone)
      const keys = Object.entries(body).filter(([, value]) => value !== undefined)
      await store.transaction(async (tx) => {
        for (const [key, value] of keys)
          await writeSetting(tx, {
            key,
            value: JSON.stringify(value),
            updated_at: clock.now(),
            updated_by: actorName(actor),
          })
      })
      note('settings', keys.map(([key]) => key).join(', '))
      const settings = await readSettings(context)
      onChange(settings)
      return settings
    },
  }
}

function checkTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
  } catch {
    throw new Refusal(400, 'Unknown time zone', `"${name}" is no time zone. Write one such as Europe/London.`)
  }
}
