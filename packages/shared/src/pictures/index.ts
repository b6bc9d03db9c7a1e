export * from './arrival-to-failure.ts'
export { curveSentence, curveTitle, drawEpidemicCurve, type EpidemicCurve, running } from './epidemic-curve.ts'
