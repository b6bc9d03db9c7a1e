/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). Numbers stay.
 */
export function harmlessCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
}
