import type { CollectorHealth } from '@pumphandle/shared/api'

/** What counts the whole fleet, or names what is others', in words for those who have some of its places. */
const WITHOUT_COUNTS: Readonly<Record<string, string>> = {
  'hears-nobody': 'No machine is heard; the collector’s own line is most likely down, and its admins are told.',
  behind: 'Events wait to be stored; what the page shows is a little behind.',
}
/** Channels belong to whoever made them, who sees there that one is dead. */
const OF_A_CHANNEL = 'channel-dead-'

/** How the collector is, told to those who have some places. @param connections of machines there */
export function healthWithin(whole: CollectorHealth, connections: number): CollectorHealth {
  const problems = whole.problems
    .filter(({ code }) => !code.startsWith(OF_A_CHANNEL))
    .map((problem) => ({ ...problem, title: WITHOUT_COUNTS[problem.code] ?? problem.title }))
  return { ...whole, problems, connections, eventsPerSecond: 0 }
}
