const whole = new Intl.NumberFormat('en-GB')

/** 1204 as `1,204`. The same on the page, in messages and on the command line, as {@link counted} is. */
export const count = (n: number): string => whole.format(n)

/** A number of things: `1 machine`, `12,040 machines`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
