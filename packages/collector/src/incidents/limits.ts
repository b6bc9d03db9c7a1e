import { MINUTE } from '@pumphandle/shared/time'

/** Silence of an affected machine after which it counts as missing: five times what a slow boot takes. */
export const MISSING_AFTER_MS = 15 * MINUTE
/** Uptime after which a machine without the suspect counts as recovered: the day's machines crashed again within one. */
export const RECOVERED_WITHOUT_SUSPECT_MS = 5 * MINUTE
/** Uptime after which a machine that still has the suspect counts as recovered, and any recovery as verified. */
export const VERIFIED_UPTIME_MS = 30 * MINUTE
/** Time without a newly affected machine after which an incident is contained. */
export const CONTAINED_AFTER_MS = 15 * MINUTE
/** Time that a contained incident with nobody ill stays before it is resolved by itself. */
export const RESOLVED_AFTER_MS = 24 * 60 * MINUTE
/** How often cohorts are reviewed: recovery and absence are matters of minutes. */
export const REVIEW_EVERY_MS = 5_000
/** Growth is told over this time. */
export const GROWTH_WINDOW_MS = 5 * MINUTE
/** One sample of rates and cohorts per this time, so that a chart of a day has 1,440 points. */
export const SAMPLE_EVERY_MS = MINUTE
/** Membership rows written in one go: 5,000 take about 50 ms, in which no event is acknowledged. */
export const MEMBERS_PER_FLUSH = 5_000
/** Failures of the last hours that are kept to draw what came before an incident was raised. */
export const RECENT_FAILURES = 50_000

/** An incident that was raised later than this after its first failure grew slowly: its curves begin so long before. */
export const MOST_BEFORE_MS = 6 * 60 * MINUTE
