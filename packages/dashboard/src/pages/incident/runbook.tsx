import type { IncidentDetail } from '@pumphandle/shared/api'
import { lazy, Suspense } from 'react'
import { Loading, Notice } from '../../design/notice.tsx'
import { SettingsLink } from '../../session/settings-link.tsx'

const Markdown = lazy(() => import('../../design/markdown.tsx'))

/** The steps that the team keeps for this cause. */
export function Runbook({ runbook }: { runbook: IncidentDetail['runbook'] }) {
  if (!runbook)
    return (
      <Notice title="No runbook for this cause yet">
        Write one in <SettingsLink part="runbooks">settings</SettingsLink>: the next time, this is where everyone looks
        first.
      </Notice>
    )
  return (
    <Suspense fallback={<Loading lines={8} height={240} />}>
      <Markdown text={runbook.markdown} />
    </Suspense>
  )
}
