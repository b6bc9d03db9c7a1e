import type { IncidentRow } from '@pumphandle/shared/api'
import { count } from '@pumphandle/shared/words'
import { use, useEffect } from 'react'
import { useAnswer } from '../api/use.ts'
import { TabContext, type TabState } from '../design/tab.ts'
import { useFreshness } from '../live/freshness.ts'

function stateOf(incidents: readonly IncidentRow[], past: boolean): TabState {
  if (past) return { prefix: 'NOT LIVE', icon: 'icon-past' }
  const open = incidents.filter(({ status }) => status === 'open').length
  if (open > 0) return { prefix: `${count(open)} open`, icon: 'icon-open' }
  if (incidents.length > 0) return { prefix: `${count(incidents.length)} under way`, icon: 'icon-taken' }
  return { prefix: '', icon: 'icon' }
}

/** Keeps the browser's tab telling how things are, for those who have another one in front. Draws nothing. */
export function KeepTabState() {
  const tab = use(TabContext)
  const { past } = useFreshness()
  const { data } = useAnswer('overview')
  const { prefix, icon } = stateOf(data?.incidents ?? [], past)
  useEffect(() => tab?.state({ prefix, icon }), [tab, prefix, icon])
  // who is signed out is told nothing, and no more what was
  useEffect(() => () => tab?.state({ prefix: '', icon: 'icon' }), [tab])
  return null
}
