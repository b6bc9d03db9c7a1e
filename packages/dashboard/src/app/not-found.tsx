import { Link } from 'wouter'
import { to } from '../design/links.ts'
import { Notice } from '../design/notice.tsx'
import { usePageTitle } from '../design/title.ts'

export function NotFound() {
  usePageTitle('No such page')
  return (
    <>
      <h1>No such page</h1>
      <Notice title="The address may be mistyped, or what it named is gone" shape="question">
        Go to the <Link href={to.overview()}>overview</Link>, or search for a machine above.
      </Notice>
    </>
  )
}
