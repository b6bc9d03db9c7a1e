import type { PracticeTile } from '@pumphandle/shared/api'
import { memo } from 'react'
import { Link } from 'wouter'
import { count } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Shape } from '../../design/shape.tsx'
import { TROUBLE, WHY, WORKING } from '../../design/words.ts'

interface Props {
  tile: PracticeTile
  /** With its name and word; else only the shape, and both in its accessible name. */
  named: boolean
  tabIndex: number
}

/** Pixels of width, so that a brick's area says how many people it stops. */
const PX = { least: 92, perMachine: 2.6 } as const

export const Brick = memo(function Brick({ tile, named, tabIndex }: Props) {
  const { practice, verdict, states, machines } = tile
  const look = WORKING[verdict.working]
  const ill = TROUBLE.reduce((n, state) => n + states[state], 0)
  const why = WHY[verdict.why]
  const words = `${practice.name}: ${look.word}${why && `, ${why}`}. ${verdict.sentence}`
  const size = named
    ? { inlineSize: Math.round(PX.least + machines * PX.perMachine) }
    : { inlineSize: Math.round(Math.max(12, Math.min(40, 4 * Math.sqrt(machines)))) }
  return (
    <Link
      className={`brick brick-${verdict.working}`}
      href={to.practice(practice.code)}
      style={size}
      title={words}
      aria-label={named ? undefined : words}
      tabIndex={tabIndex}
      data-roving=""
    >
      {named ? (
        <>
          <span className="brick-name">{practice.name}</span>
          <span className="brick-state">
            <Shape name={look.shape} /> {look.word}
            {ill > 0 && ` ${count(ill)}/${count(machines)}`}
            {why && verdict.why !== 'pcs' && <span className="brick-why">{why}</span>}
          </span>
        </>
      ) : (
        <Shape name={look.shape} />
      )}
    </Link>
  )
})
