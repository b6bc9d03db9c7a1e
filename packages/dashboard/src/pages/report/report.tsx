import { addressOf } from '@pumphandle/shared/client'
import { lazy, Suspense } from 'react'
import { Link } from 'wouter'
import { useAnswer } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { to } from '../../design/links.ts'
import { Loading } from '../../design/notice.tsx'
import { usePageTitle } from '../../design/title.ts'
import { Pictures } from '../incident/pictures.tsx'
import '../sheet/sheet.css'
import './report.css'

const Markdown = lazy(() => import('../../design/markdown.tsx'))

/** The page about an incident for those who were not there, made from its record: to read, to print, to take away. */
export default function ReportPage({ id }: { id: string }) {
  const answer = useAnswer('incidentReport', { path: { id } })
  const { data } = answer
  usePageTitle(data ? `Report: ${data.title}` : 'Report')
  if (!data)
    return (
      <AwaitedPage of={answer} lines={14} height={900} className="sheet">
        <Link href={to.incidents()}>All incidents</Link>
      </AwaitedPage>
    )
  return (
    <main className="sheet report">
      <p className="sheet-bar no-print cluster">
        <Link href={to.incident(Number(id))}>Back to the incident</Link>
        <a href={addressOf('incidentReportMarkdown', { path: { id } })} download>
          Markdown
        </a>
        <Button kind="primary" onClick={() => window.print()}>
          Print, or save as PDF
        </Button>
      </p>
      <h1>{data.title}</h1>
      <Suspense fallback={<Loading lines={12} />}>
        <Markdown text={data.markdown} whole />
      </Suspense>
      <section>
        <h2>The evidence in pictures</h2>
        <Pictures id={id} />
      </section>
    </main>
  )
}
