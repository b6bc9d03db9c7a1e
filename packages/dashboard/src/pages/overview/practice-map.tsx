import type { PracticeTile } from '@pumphandle/shared/api'
import { count, TROUBLE } from '@pumphandle/shared/words'
import { useDeferredValue, useMemo } from 'react'
import { useLocation } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { Awaited } from '../../design/awaited.tsx'
import { isNarrow } from '../../design/narrow.ts'
import { Notice } from '../../design/notice.tsx'
import { rove } from '../../design/roving.ts'
import { Shape } from '../../design/shape.tsx'
import { WORKING } from '../../design/words.ts'
import { SettingsLink } from '../../session/settings-link.tsx'
import { Brick, SmallBrick } from './brick.tsx'
import { firstOf, groupTiles, type Region, restWords, workingCounts } from './group-tiles.ts'
import './practice-map.css'

/** Up to this many practices each brick carries its name; beyond, only its shape, and those in trouble are named above. */
const NAMED_UP_TO = 160
/** How many practices in trouble are named where the rest are only shapes. */
const NAMED_TROUBLE = 12
/** How many practices are named before the map itself on a telephone. */
const TROUBLED_ON_A_TELEPHONE = 60

/** Every practice as a brick as wide as it has machines, by region and network. Places never change; states do. */
export function PracticeMap() {
  const answer = useAnswer('tiles')
  const { data } = answer
  const regions = useMemo(() => groupTiles(data?.tiles ?? []), [data])
  if (!data) return <Awaited of={answer} lines={8} height={420} />
  if (data.tiles.length === 0)
    return (
      <Notice title="No practice yet">
        Import the ODS file or a CSV in <SettingsLink part="practices">settings</SettingsLink>; machines are grouped by
        the site code that their agents were installed with.
      </Notice>
    )
  return <Map regions={regions} tiles={data.tiles} />
}

function Map({ regions, tiles }: { regions: readonly Region[]; tiles: readonly PracticeTile[] }) {
  const named = tiles.length <= NAMED_UP_TO
  const worst = named || isNarrow() ? [] : tiles.filter((t) => t.verdict.working === 'stopped').slice(0, NAMED_TROUBLE)
  const Tile = named ? Brick : SmallBrick
  const [, navigate] = useLocation()
  const open = (event: React.MouseEvent<HTMLElement>) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-roving]') : null
    // a new tab or window is the browser's affair
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(link.getAttribute('href') ?? '')
  }
  // on a telephone those that work would hide those that do not
  const narrow = isNarrow()
  const troubled = narrow ? troubledOf(tiles) : []
  const shown = troubled.slice(0, TROUBLED_ON_A_TELEPHONE)
  const first = troubled[0] ?? regions[0]?.networks[0]?.tiles[0]
  // thousands are drawn after the page can be used; new states likewise, and nobody's key waits for them
  const drawn = useDeferredValue(regions, firstOf(regions))
  const all = (
    <>
      {drawn.map((region) => (
        <section key={region.name} aria-label={region.name}>
          <h3>
            {region.name}
            <span className="practice-map-counts">
              {workingCounts(region).map(([working, n]) => (
                <span key={working} className={`tone-${WORKING[working].tone}`}>
                  <Shape name={WORKING[working].shape} /> {count(n)} {WORKING[working].word.toLowerCase()}
                </span>
              ))}
            </span>
          </h3>
          <div className="networks">
            {region.networks.map((network) => (
              <div key={network.name} className="network">
                <p>{network.name}</p>
                <div className="bricks">
                  {network.tiles.map((tile) => (
                    <Tile key={tile.practice.code} tile={tile} tabIndex={tile === first ? 0 : -1} />
                  ))}
                </div>
              </div>
            ))}
          </div>
        </section>
      ))}
    </>
  )
  return (
    // one stop for Tab, arrow keys move within; a fieldset would say that there is something to fill in
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role
    <div
      className={`practice-map ${named ? '' : 'practice-map-small'}`}
      role="group" // oxlint-disable-line jsx-a11y/prefer-tag-over-role
      aria-label="Practices by region"
      onKeyDown={rove}
      onClick={open}
    >
      {worst.length > 0 && (
        <div className="bricks practice-map-worst">
          {worst.map((tile) => (
            <Brick key={tile.practice.code} tile={tile} tabIndex={-1} />
          ))}
        </div>
      )}
      {narrow && troubled.length > 0 && (
        <div className="bricks">
          {shown.map((tile) => (
            <Brick key={tile.practice.code} tile={tile} tabIndex={tile === first ? 0 : -1} />
          ))}
        </div>
      )}
      {narrow && shown.length > 0 && shown.length < tiles.length ? (
        <details className="practice-map-rest">
          <summary>{restWords(troubled.length - shown.length, tiles.length - troubled.length)}</summary>
          {all}
        </details>
      ) : (
        // all that there are stand above already
        !(narrow && shown.length > 0) && all
      )}
    </div>
  )
}

const WORST = { stopped: 0, reduced: 1, unknown: 2, working: 3, closed: 4 } as const

/** Practices that cannot work, and those in which machines are ill, worst first. */
function troubledOf(tiles: readonly PracticeTile[]): PracticeTile[] {
  const ill = ({ states }: PracticeTile) => TROUBLE.reduce((n, state) => n + states[state], 0)
  return tiles
    .filter((tile) => tile.verdict.working === 'stopped' || tile.verdict.working === 'reduced' || ill(tile) > 0)
    .sort((a, b) => WORST[a.verdict.working] - WORST[b.verdict.working] || ill(b) - ill(a))
}
