/** A moment as exports write it, ms epoch: ISO, or day first as in Britain; undefined for anything else. */
export function dateOf(text: string): number | undefined {
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (british) {
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = british
      .slice(1)
      .map((part) => Number(part || 0))
    return month >= 1 && month <= 12 && day <= 31 ? Date.UTC(year, month - 1, day, hour, minute, second) : undefined
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined
  const at = Date.parse(text.replace(' ', 'T'))
  return Number.isNaN(at) ? undefined : at
}
