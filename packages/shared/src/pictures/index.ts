export * from './arrival-to-failure.ts'
export { curveSentence, drawEpidemicCurve, type EpidemicCurve, running } from './epidemic-curve.ts'
