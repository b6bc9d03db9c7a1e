/**
 * What a spreadsheet would run: =, +, -, @ and their wide forms, where a cell begins for it: at the start of the text, after
 * spaces too, and after what it may take for the end of a cell. A sheet in Germany reads semicolons so, whatever we wrote.
 */
const RUNS = String.raw`\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]`
const CELL_END = /[;\t\r\n]/
const FORMULA = new RegExp(`(^|${CELL_END.source})(?=${RUNS})`, 'g')
/** The same where nothing in the text may be taken for the end of a cell, as in nearly all: an export has millions. */
const BEGINS_FORMULA = new RegExp(`^${RUNS}`)
/** What makes it look past the first character. */
const BREAK = /^[\t\r\n]/

/** A text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). */
export function harmless(text: string): string {
  if (!CELL_END.test(text)) return BEGINS_FORMULA.test(text) ? `'${text}` : text
  const quoted = text.replaceAll(FORMULA, "$1'")
  return BREAK.test(text) && quoted === text ? `'${text}` : quoted
}
