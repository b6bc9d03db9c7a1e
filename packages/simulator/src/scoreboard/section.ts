const BEGIN = '<!-- scoreboard:begin -->'
const END = '<!-- scoreboard:end -->'

/**
 * Puts the scoreboard between its markers, or at the end of a text that has none. Everything else stays as it is.
 * @throws Error when only one of the markers is there
 */
export function replaceSection(text: string, section: string): string {
  const block = `${BEGIN}\n\n${section.trim()}\n\n${END}`
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from < 0 && to < 0) return `${text.trimEnd()}\n\n${block}\n`.trimStart()
  if (from < 0 || to < from) throw new Error(`The scoreboard's markers are incomplete: write ${BEGIN} and ${END}.`)
  return `${text.slice(0, from)}${block}${text.slice(to + END.length)}`
}
