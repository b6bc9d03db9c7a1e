import { MINUTE, SECOND } from '@pumphandle/shared/time'

/** Nothing that stands for fewer machines leaves the house. */
export const LEAST_MACHINES = 5
/** A report is made twice a minute, and sent a minute after it was made. */
export const REPORT_EVERY_MS = 30 * SECOND
export const DELAY_MS = MINUTE
/** Component versions in one report: what failed first, then what was on machines longest. */
export const MOST_ROWS = 400
/** Kinds of failure, ages and stop codes of one component version. */
export const MOST_CELLS = 48
/** A report of that many rows is some 150 kB; a longer body is not read. */
export const MAX_REPORT_BYTES = 512 * 1024
/** Component versions in one answer; those that fail first. */
export const MOST_ANSWERS = 1_000
export const MAX_ANSWER_BYTES = 512 * 1024
/** Members of one commons: a country's organisations, and then some. */
export const MOST_MEMBERS = 5_000
/** A report whose time differs by more from the server's is refused: an old one may be a replay. */
export const CLOCKS_DIFFER_MS = 10 * MINUTE
/** A member that was not heard for this long has no voice any more. */
export const SILENT_MS = 15 * MINUTE
/** Reports a minute of one key: two are meant, and a restart may add some. */
export const REPORTS_PER_MINUTE = 6
/** Requests a minute of one address, whoever signs them: a region's collectors may share a proxy. */
export const REQUESTS_PER_MINUTE = 240
/** Time in which a commons server must have answered. */
export const ANSWER_WITHIN_MS = 20 * SECOND
