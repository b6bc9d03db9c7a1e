/** Headings of what is decided at the desk. Those that were shipped before had no mark. */
const OF_THE_DESK = /^(?:desk:|decide first$)/i

/**
 * A runbook as it goes to whoever drives there: without the sections whose headings begin with `Desk:`, each to the next
 * heading of its level or above.
 * @param markdown with headings as `## Words`; what stands in fenced code is none
 */
export function stepsOnSite(markdown: string): string {
  const kept: string[] = []
  let inCode = false
  let deskLevel: number | undefined
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) inCode = !inCode
    const heading = inCode ? null : /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line)
    if (heading) {
      const level = heading[1]?.length ?? 0
      if (deskLevel === undefined || level <= deskLevel)
        deskLevel = OF_THE_DESK.test(heading[2] ?? '') ? level : undefined
    }
    if (deskLevel === undefined) kept.push(line)
  }
  return kept.join('\n')
}
