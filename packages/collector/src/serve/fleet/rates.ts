/** 95 %: two-sided normal quantile. */
const Z = 1.96

/** Events per 1,000 hours with the 95 % interval of a Poisson count (Byar's approximation); nulls without any hours. */
export function ratePer1000(
  count: number,
  hours: number,
): { rate: number | null; low: number | null; high: number | null } {
  if (hours <= 0) return { rate: null, low: null, high: null }
  const scale = 1000 / hours
  const above = count + 1
  const low = count === 0 ? 0 : count * (1 - 1 / (9 * count) - Z / (3 * Math.sqrt(count))) ** 3
  const high = above * (1 - 1 / (9 * above) + Z / (3 * Math.sqrt(above))) ** 3
  return { rate: round(count * scale), low: round(Math.max(0, low) * scale), high: round(high * scale) }
}

/** Four digits: more would be noise on the wire. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}
