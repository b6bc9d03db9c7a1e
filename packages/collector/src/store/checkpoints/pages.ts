/**
 * Pages of 4 kB that the write-ahead log holds before it begins anew: 128 MB. With half of it writers are held so often
 * that the collector takes a tenth less at its most. A start after a power cut reads them in a fraction of a second.
 */
export const CHECKPOINT_PAGES = 32_000
/** The same where the disk has little room: 8 MB. */
export const CHECKPOINT_PAGES_SHORT_OF_ROOM = 2_000
/** Where the writer moves the log by itself, in case that the thread which does it has failed or is too slow: 375 MB. */
export const CHECKPOINT_PAGES_AT_WORST = 96_000
/** The same where the disk has little room: 16 MB. */
export const CHECKPOINT_PAGES_AT_WORST_SHORT_OF_ROOM = 4_000
export const PAGE_BYTES = 4_096
