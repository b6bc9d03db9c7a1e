const whole = new Intl.NumberFormat('en-GB')

/** A number of things: `1 machine`, `12,040 machines`. The same on the page, in messages and on the command line. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${whole.format(n)} ${n === 1 ? one : many}`
