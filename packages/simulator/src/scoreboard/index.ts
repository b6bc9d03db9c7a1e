/** The scoreboard of docs/detection.md. */
export { replaceSection } from './section.ts'
export { quietTable, resultTable, summary } from './table.ts'
