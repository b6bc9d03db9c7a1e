import type { PracticeTile } from '@pumphandle/shared/api'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { inWords, useAnswer } from '../../api/use.ts'
import { count } from '../../design/format.ts'
import { to } from '../../design/links.ts'
import { Loading, Notice } from '../../design/notice.tsx'
import { rove } from '../../design/roving.ts'
import { Shape } from '../../design/shape.tsx'
import { WORKING } from '../../design/words.ts'
import { Brick, SmallBrick } from './brick.tsx'
import { groupTiles, type Region, workingCounts } from './group-tiles.ts'
import './practice-map.css'

/** Up to this many practices each brick carries its name; beyond, only its shape, and those in trouble are named above. */
const NAMED_UP_TO = 160
/** How many practices in trouble are named where the rest are only shapes. */
const NAMED_TROUBLE = 12

/** Every practice as a brick as wide as it has machines, by region and network. Places never change; states do. */
export function PracticeMap() {
  const { data, error } = useAnswer('tiles')
  const regions = useMemo(() => groupTiles(data?.tiles ?? []), [data])
  if (!data && error) return <Notice title={inWords(error).title}>{inWords(error).detail}</Notice>
  if (!data) return <Loading lines={8} height={420} />
  if (data.tiles.length === 0)
    return (
      <Notice title="No practice yet">
        Import the ODS file or a CSV in <Link href={to.settings('practices')}>settings</Link>; machines are grouped by
        the site code that their agents were installed with.
      </Notice>
    )
  return <Map regions={regions} tiles={data.tiles} />
}

function Map({ regions, tiles }: { regions: readonly Region[]; tiles: readonly PracticeTile[] }) {
  const named = tiles.length <= NAMED_UP_TO
  const worst = named ? [] : tiles.filter((t) => t.verdict.working === 'stopped').slice(0, NAMED_TROUBLE)
  const Tile = named ? Brick : SmallBrick
  const [, navigate] = useLocation()
  const open = (event: React.MouseEvent<HTMLElement>) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-roving]') : null
    // a new tab or window is the browser's affair
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(link.getAttribute('href') ?? '')
  }
  const first = regions[0]?.networks[0]?.tiles[0]
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
      {regions.map((region) => (
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
    </div>
  )
}
