import { count, counted } from '@pumphandle/shared/words'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { rove } from '../../design/roving.ts'
import { Shape } from '../../design/shape.tsx'
import { usePageTitle } from '../../design/title.ts'
import { WORKING } from '../../design/words.ts'
import { SettingsLink } from '../../session/settings-link.tsx'
import { Cells } from './cells.tsx'
import { layoutOf, type RegionTile } from './layout.ts'
import './map.css'

/** Columns in which a telephone has room for regions' names; beyond, they are cut to a few letters. */
const WHOLE_NAMES = 4

/** Every region a tile, every practice a cell in it: where the trouble is, at a glance. */
export default function MapPage() {
  usePageTitle('Map')
  const answer = useAnswer('tiles')
  const { data } = answer
  const layout = useMemo(() => layoutOf(data?.tiles ?? [], data?.grid), [data])
  if (!data) return <AwaitedPage of={answer} lines={12} height={700} />
  const ill = layout.regions.filter((region) => troubled(region) > 0).sort(worstFirst)
  const practices = ill.reduce((n, region) => n + troubled(region), 0)
  return (
    <div className="stack">
      <div className="page-head">
        <h1>Map</h1>
        <Link className="button" href={to.overview()}>
          Overview
        </Link>
      </div>
      {data.tiles.length === 0 ? (
        <Notice title="No practice yet">
          Import the ODS file or a CSV in <SettingsLink part="practices">settings</SettingsLink>.
        </Notice>
      ) : (
        <>
          <p className="map-verdict">
            {practices === 0 ? (
              <>No practice has trouble.</>
            ) : (
              <>
                <b>{count(practices)}</b> of {counted(data.tiles.length, 'practice')} {practices === 1 ? 'has' : 'have'}{' '}
                trouble, in <b>{count(ill.length)}</b> of {counted(layout.regions.length, 'region')}.
              </>
            )}
          </p>
          <Grid regions={layout.regions} columns={layout.columns} />
          <p className="map-key quiet">
            A square has stopped, a triangle works with fewer machines, a dot works, a dash is closed or unknown.
            {layout.isEngland && ' England’s integrated care boards stand about where they lie.'}
          </p>
          {ill.length > 0 && (
            <Panel title="Regions with trouble">
              <ul className="plain-list map-ill">
                {ill.map((region) => (
                  <li key={region.name} className="fact-line">
                    <Link href={hrefOf(region)}>{region.name}</Link>
                    <Words region={region} />
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </>
      )}
    </div>
  )
}

function Grid({ regions, columns }: { regions: readonly RegionTile[]; columns: number }) {
  const [, navigate] = useLocation()
  const first = regions.find((region) => troubled(region) > 0) ?? regions[0]
  return (
    // one stop for Tab, arrow keys move within
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role
    <div
      className={columns <= WHOLE_NAMES ? 'map-grid map-whole' : 'map-grid'}
      role="group" // oxlint-disable-line jsx-a11y/prefer-tag-over-role
      aria-label="Regions by place"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      onKeyDown={rove}
    >
      {regions.map((region) => (
        <a
          key={region.name}
          className={`map-tile ${region.stopped > 0 ? 'map-stopped' : region.reduced > 0 ? 'map-reduced' : ''}`}
          style={{ gridRow: region.row + 1, gridColumn: region.column + 1 }}
          href={hrefOf(region)}
          title={inWords(region)}
          tabIndex={region === first ? 0 : -1}
          data-roving=""
          onClick={(event) => {
            // a new tab or window is the browser's affair
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
            event.preventDefault()
            navigate(hrefOf(region))
          }}
        >
          <span className="visually-hidden">{inWords(region)}</span>
          <span className="map-name" aria-hidden="true">
            {region.name.replace(/^NHS /, '').replace(/ (ICB|Integrated Care Board)$/, '')}
          </span>
          <span className="map-short" aria-hidden="true">
            {region.short}
          </span>
          <Cells practices={region.practices} />
          <span className="map-words" aria-hidden="true">
            <Words region={region} />
          </span>
        </a>
      ))}
    </div>
  )
}

/** Said by shape and number; colour says it again. */
function Words({ region }: { region: RegionTile }) {
  const { stopped, reduced } = region
  const said = (
    [
      ['stopped', stopped],
      ['reduced', reduced],
    ] as const
  ).filter(([, n]) => n > 0)
  if (said.length === 0)
    return (
      <span className="tone-ok">
        <Shape name={WORKING.working.shape} /> {count(region.practices.length)}
        <span className="map-word">, no trouble</span>
      </span>
    )
  return (
    <span className="map-counts">
      {said.map(([working, n]) => (
        <span key={working} className={`tone-${WORKING[working].tone}`}>
          <Shape name={WORKING[working].shape} /> {count(n)}
          <span className="map-word"> {WORKING[working].word.toLowerCase()}</span>
        </span>
      ))}
    </span>
  )
}

const troubled = ({ stopped, reduced }: RegionTile) => stopped + reduced
const worstFirst = (a: RegionTile, b: RegionTile) => b.stopped - a.stopped || b.reduced - a.reduced
const hrefOf = ({ region }: RegionTile) => (region === null ? to.practices() : to.region(region))

function inWords(region: RegionTile): string {
  const n = troubled(region)
  const all = counted(region.practices.length, 'practice')
  return `${region.name}: ${n === 0 ? `none of ${all} has trouble` : `${count(n)} of ${all} ${n === 1 ? 'has' : 'have'} trouble`}`
}
