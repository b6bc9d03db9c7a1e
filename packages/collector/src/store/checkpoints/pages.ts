/**
 * Pages of 4 kB that the write-ahead log holds before it begins anew: 64 MB. A start after a power cut reads them in a
 * fraction of a second.
 */
export const CHECKPOINT_PAGES = 16_000
/** Where the writer moves the log by itself, in case that the thread which does it has failed or is too slow: 256 MB. */
export const CHECKPOINT_PAGES_AT_WORST = 64_000
