/** Chance that a shown interval ever leaves out the truth. */
export const ALPHA = 0.05
/** A version is no worse when it can be excluded that it crashes more than this many times as often. */
export const TIMES_NO_WORSE = 2
