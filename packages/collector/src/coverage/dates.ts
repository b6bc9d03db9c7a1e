/** Twelve hours a clock, and the month first: PowerShell writes so on a computer that was set up in America. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))? ([AP])M$/i

/** A moment as exports write it, ms epoch: ISO, day first as in Britain, American; undefined for anything else. */
export function dateOf(text: string): number | undefined {
  const american = AMERICAN.exec(text)
  if (american) {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = american
      .slice(1, 7)
      .map((part) => Number(part || 0))
    const after = american[7]?.toUpperCase() === 'P' ? 12 : 0
    return month >= 1 && month <= 12 && day <= 31
      ? Date.UTC(year, month - 1, day, (hour % 12) + after, minute, second)
      : undefined
  }
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
