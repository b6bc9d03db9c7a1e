/** The scoreboard of docs/detection.md. */
export { readEarlier } from './earlier.ts'
export { replaceSection } from './section.ts'
export { quietTable, resultTable, seedsTable, summary } from './table.ts'
