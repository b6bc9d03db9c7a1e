/** ms epoch as ISO 8601 to the second, in UTC: tables are pasted into mails that others read elsewhere. */
export function isoTime(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** How long ago, for people: "12 s", "3 min", "5 h", "2 d". */
export function ago(at: number | null, now: number): string {
  if (at === null) return '-'
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
