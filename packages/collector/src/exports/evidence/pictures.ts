import {
  arrivalSentence,
  curveSentence,
  curveTitle,
  drawArrivalToFailure,
  drawEpidemicCurve,
} from '@pumphandle/shared/pictures'
import { timeCell } from '../csv.ts'
import type { Evidence } from './evidence.ts'

/** A picture of the evidence as a file of its own, and what it says. */
export interface EvidencePicture {
  readonly file: string
  readonly title: string
  readonly sentence: string
  readonly svg: string
}

/** `09:14` UTC, with the day where the curve is long. */
function timeWords(days: boolean, seconds: boolean) {
  return (at: number) => {
    const [day = '', time = ''] = timeCell(at).split('T')
    return days ? day.slice(5) : time.slice(0, seconds ? 8 : 5)
  }
}

export function evidencePictures({ picture }: Pick<Evidence, 'picture'>): EvidencePicture[] {
  if (!picture) return []
  const { arrivalToFailure, curve } = picture
  const long = curve.bucketSeconds * curve.failed.length > 2 * 86_400
  return [
    {
      file: 'epidemic-curve.svg',
      title: curveTitle(curve),
      sentence: `${curveSentence(curve)} Times are UTC.`,
      svg: drawEpidemicCurve(curve, timeWords(long, curve.bucketSeconds < 60)),
    },
    ...(arrivalToFailure
      ? [
          {
            file: 'arrival-to-failure.svg',
            title: 'From arrival to failure',
            sentence: arrivalSentence(arrivalToFailure),
            svg: drawArrivalToFailure(arrivalToFailure),
          },
        ]
      : []),
  ]
}
