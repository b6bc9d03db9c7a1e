import { componentRef } from '../../incidents/components.ts'
import { Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { listChannels, optionsOf } from '../../store/channels.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** A version is held by the organisation's own automation, which is told by its signed webhooks. No agent hears of it. */
export function holdRoutes({ store, notifier }: ServeContext): Handlers<'hold'> {
  return {
    async hold({ body: { component, action, reason }, actor, note }) {
      const channels = (await listChannels(store.db)).filter(
        (channel) => channel.kind === 'webhook' && channel.enabled === 1 && optionsOf(channel).secret !== '',
      )
      if (channels.length === 0)
        throw new Refusal(
          'conflict',
          'Nobody to tell',
          'No webhook has a signing secret. Add one in Settings, Notifications; without a signature nobody should believe it.',
        )
      const { name, version, kind, key } = componentRef(component)
      note(key, `${action}${reason === '' ? '' : `: ${reason}`}`)
      const held = { action, component: { kind, name, version, key }, reason, by: actorName(actor) }
      const items = await Promise.all(
        channels.map(async (channel) => {
          const outcome = await notifier.hold(channel, held)
          return { channel: channel.name, error: outcome.ok ? null : outcome.reason }
        }),
      )
      return { items }
    },
  }
}
