const percent = (digits: number) =>
  new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
const one = percent(1)
const none = percent(0)

/** A share from 0 to 1 as `25.8%`; small ones keep a digit that matters, and more than nothing never reads as `0%`. */
export function share(x: number): string {
  if (x > 0 && x < 0.001) return '<0.1%'
  return x === 0 || x >= 0.1 ? none.format(x) : one.format(x)
}

/** Memory as its sticker says it, in powers of two: `8 GB`. */
export const memory = (n: number): string => `${Math.round((n / 2 ** 30) * 10) / 10} GB`

/** Bytes as `12.4 GB`, in powers of ten as disks are sold. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at++
  }
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${units[at]}`
}
