import type { PracticeTile } from '@pumphandle/shared/api'
import { count, TROUBLE } from '@pumphandle/shared/words'
import { memo } from 'react'
import { to } from '../../design/links.ts'
import { Shape } from '../../design/shape.tsx'
import { WHY, WORKING } from '../../design/words.ts'

interface Props {
  tile: PracticeTile
  tabIndex: number
}

/** Pixels of width, so that a brick's area says how many people it stops. */
const PX = { least: 124, perMachine: 2 } as const
/** Pixels of a brick without words: as wide as the square root of its machines, within what can be hit and seen. */
const SMALL_PX = { least: 14, most: 40, perRoot: 4 } as const

/*
 * Plain links: a region has 4,000 of them, and a router's link costs more than all the rest of a brick. The map takes
 * their clicks.
 */

/** A practice with its name and word. */
export const Brick = memo(function Brick({ tile, tabIndex }: Props) {
  const { practice, verdict, states, machines } = tile
  const look = WORKING[verdict.working]
  const ill = TROUBLE.reduce((n, state) => n + states[state], 0)
  const why = verdict.why === 'pcs' ? '' : WHY[verdict.why]
  return (
    <a
      className={`brick brick-${verdict.working}`}
      href={to.practice(practice.code)}
      style={{ inlineSize: Math.round(PX.least + machines * PX.perMachine) }}
      title={inWords(tile)}
      tabIndex={tabIndex}
      data-roving=""
    >
      <span className="brick-name">{practice.name}</span>
      <span className="brick-state">
        <Shape name={look.shape} /> {look.word}
        {ill > 0 && <span className="brick-ill">{`${count(ill)} of ${count(machines)}`}</span>}
        {why && <span className="brick-why">{why}</span>}
      </span>
    </a>
  )
})

/** A practice as its shape alone, drawn by the stylesheet; its name and word are in its title. */
export const SmallBrick = memo(function SmallBrick({ tile, tabIndex }: Props) {
  const width = Math.min(SMALL_PX.most, Math.max(SMALL_PX.least, SMALL_PX.perRoot * Math.sqrt(tile.machines)))
  return (
    <a
      className={`brick brick-small brick-${tile.verdict.working}`}
      href={to.practice(tile.practice.code)}
      style={{ inlineSize: Math.round(width) }}
      aria-label={inWords(tile)}
      title={inWords(tile)}
      tabIndex={tabIndex}
      data-roving=""
    />
  )
})

function inWords({ practice, verdict }: PracticeTile): string {
  const why = WHY[verdict.why]
  return `${practice.name}: ${WORKING[verdict.working].word}${why && `, ${why}`}. ${verdict.sentence}`
}
