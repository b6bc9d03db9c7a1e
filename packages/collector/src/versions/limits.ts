/** Chance that a shown interval ever leaves out the truth. */
export const ALPHA = 0.05
/** A version is no worse when more than so many times as many crashes can be excluded. */
export const TIMES_NO_WORSE = 2
