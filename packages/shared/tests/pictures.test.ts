import {
  arrivalSentence,
  curveSentence,
  curveTitle,
  drawArrivalToFailure,
  drawEpidemicCurve,
  running,
} from '@pumphandle/shared/pictures'
import { expect, test } from 'vitest'

test('the curve counts from what was there before, and says so', () => {
  const curve = { from: 0, bucketSeconds: 60, exposedBefore: 10, exposed: [5, 0, 1], failed: [0, 2, 1] }
  expect(running(curve.exposed, curve.exposedBefore)).toEqual([15, 15, 16])
  expect(curveSentence(curve)).toBe('16 machines had it; 3 failed so far.')
  const later = { ...curve, exposedAfter: 4 }
  expect(curveSentence(later)).toBe('20 machines had it, 4 of them after what is drawn here; 3 failed so far.')
  const line = { ...curve, exposedBefore: 0, exposed: [0, 0, 0] }
  expect(curveSentence(line)).toBe('3 machines failed so far.')
  expect(curveTitle(line)).toBe('Failed, over time')
  expect(drawEpidemicCurve(line, String)).not.toContain('received')
  const svg = drawEpidemicCurve(curve, (at) => `<${at}>`)
  expect(svg).toContain('&#60;0&#62;')
  expect(svg.match(/class="picture-bar"/g)).toHaveLength(3)
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
})

test('the histogram draws nothing of nothing', () => {
  const none = { bins: [{ untilSeconds: null, machines: 0 }], unknown: 3, medianSeconds: null }
  expect(drawArrivalToFailure(none)).not.toMatch(/NaN|undefined|Infinity/)
  expect(arrivalSentence(none)).toContain('not known')
  const some = {
    bins: [
      { untilSeconds: 10, machines: 4 },
      { untilSeconds: null, machines: 1 },
    ],
    unknown: 1,
    medianSeconds: 3,
  }
  expect(arrivalSentence(some)).toBe(
    'Of 5 machines half failed within 3 s of the suspect’s arrival. Of 1 more it is not known when it arrived.',
  )
  expect(drawArrivalToFailure(some)).toContain('under 10 s')
})
