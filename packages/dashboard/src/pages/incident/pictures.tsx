import {
  arrivalSentence,
  binWords,
  curveSentence,
  curveTitle,
  drawArrivalToFailure,
  drawEpidemicCurve,
  running,
  usedBins,
} from '@pumphandle/shared/pictures'
import { DAY } from '@pumphandle/shared/time'
import { count } from '@pumphandle/shared/words'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { isNarrow } from '../../design/narrow.ts'
import { useNow } from '../../design/now.tsx'
import { Table } from '../../design/table.tsx'
import { localTime } from '../../design/time.tsx'
import './pictures.css'

/** The evidence as two pictures that print, each with its sentence and its figures: the same that are in the pack. */
export function Pictures({ id }: { id: string }) {
  const answer = useAnswer('incidentPicture', { path: { id } }, { keep: true })
  const { data } = answer
  const now = useNow(60_000)
  if (!data)
    return (
      <div className="pictures-wait">
        <Awaited of={answer} />
      </div>
    )
  const { curve, arrivalToFailure } = data
  const days = curve.bucketSeconds * curve.failed.length * 1000 > 2 * DAY
  const words = (at: number) =>
    (days ? localTime(at, now).split(',')[0] : localTime(at, at, curve.bucketSeconds < 60)) ?? ''
  const exposed = running(curve.exposed, curve.exposedBefore)
  const failed = running(curve.failed)
  const buckets = curve.failed.flatMap((newly, i) =>
    newly > 0 || (curve.exposed[i] ?? 0) > 0
      ? [{ at: curve.from + i * curve.bucketSeconds * 1000, newly, exposed: exposed[i] ?? 0, failed: failed[i] ?? 0 }]
      : [],
  )
  return (
    <div className="pictures">
      <Picture title={curveTitle(curve)} sentence={curveSentence(curve)} svg={drawEpidemicCurve(curve, words)}>
        <Table
          label={curveTitle(curve)}
          items={buckets}
          keyOf={(b) => b.at}
          columns={[
            { head: 'From', cell: (b) => localTime(b.at, now, curve.bucketSeconds < 60) },
            ...(exposed.at(-1)
              ? [{ head: 'Had it by then', number: true, cell: (b: Bucket) => count(b.exposed) }]
              : []),
            { head: 'Newly failed', number: true, cell: (b) => count(b.newly) },
            { head: 'Failed by then', number: true, cell: (b) => count(b.failed) },
          ]}
        />
      </Picture>
      {arrivalToFailure && (
        <Picture
          title="From arrival to failure"
          sentence={arrivalSentence(arrivalToFailure)}
          svg={drawArrivalToFailure(arrivalToFailure)}
        >
          <Table
            label="From arrival to failure"
            items={arrivalToFailure.bins.slice(0, usedBins(arrivalToFailure.bins)).map((bin, i) => ({ ...bin, i }))}
            keyOf={(b) => b.i}
            columns={[
              { head: 'After its arrival', cell: (b) => binWords(arrivalToFailure.bins, b.i) },
              { head: 'Machines', number: true, cell: (b) => count(b.machines) },
            ]}
          />
        </Picture>
      )}
    </div>
  )
}

interface Bucket {
  readonly exposed: number
}

interface Props {
  title: string
  sentence: string
  svg: string
  children: React.ReactNode
}

function Picture({ title, sentence, svg, children }: Props) {
  return (
    <figure className="picture">
      <h3>{title}</h3>
      <p className="quiet">{sentence}</p>
      {/* drawn by our own code of numbers, its words are escaped; what scrolls must be reachable by keyboard */}
      {/* oxlint-disable-next-line react/no-danger, jsx-a11y/no-noninteractive-tabindex */}
      <div className="picture-paper" tabIndex={isNarrow() ? 0 : undefined} dangerouslySetInnerHTML={{ __html: svg }} />
      <details className="no-print">
        <summary className="small">Figures</summary>
        {children}
      </details>
    </figure>
  )
}
