/** Stop codes have 32 bits, https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-code-reference2. */
const MAX_STOP = 0xffff_ffff

/** A stop code as number; null without one, and for one that Windows cannot have. */
export function stopNumber(code: string | undefined): number | null {
  if (code === undefined) return null
  const stop = Number.parseInt(code, 16)
  return stop > MAX_STOP ? null : stop
}

/** As people and the API write it: `0x50`. */
export function stopText(code: number): string {
  return `0x${code.toString(16)}`
}
