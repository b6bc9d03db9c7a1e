import { useAnswer } from '../../api/use.ts'

export interface Progress {
  /** In the order in which a new collector is set up. */
  readonly done: Readonly<Record<Step, boolean>>
  readonly count: number
  readonly known: boolean
  /** What is not known because it was refused; undefined while all are on their way, or there. */
  readonly lost: { readonly error: Error | null; readonly refetch: () => unknown } | undefined
}
export const STEPS = ['machine', 'practices', 'channel', 'people'] as const
export type Step = (typeof STEPS)[number]

/** How far the set-up is: told by what is there, so that it is kept by itself and is the same for every admin. */
export function useProgress(enabled = true): Progress {
  const overview = useAnswer('overview', {}, { enabled })
  const practices = useAnswer('practices', { query: { limit: 2 } }, { enabled })
  const channels = useAnswer('channels', {}, { enabled })
  const users = useAnswer('users', {}, { enabled })
  const done = {
    machine: (overview.data?.machines ?? 0) > 0,
    // the first machine of a practice makes it; an import has more
    practices: (practices.data?.total ?? 0) > 1,
    channel: channels.data?.items.some((channel) => channel.lastOkAt !== null) ?? false,
    people: (users.data?.items.length ?? 0) > 1,
  }
  return {
    done,
    count: STEPS.filter((step) => done[step]).length,
    known: Boolean(overview.data && practices.data && channels.data && users.data),
    lost: [overview, practices, channels, users].find(({ data, error }) => !data && error),
  }
}
