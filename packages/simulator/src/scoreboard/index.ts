/** The scoreboard of docs/detection.md. */
export { readEarlier } from './earlier.ts'
export { replaceSection } from './section.ts'
export { isClean, quietTable, randomSummary, resultTable, runLine, runsTable, seedsTable, summary } from './table.ts'
