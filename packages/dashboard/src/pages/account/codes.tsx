import { Notice } from '../../design/notice.tsx'

/** The codes for paper, the only time that they are shown. */
export function Codes({ codes }: { codes: readonly string[] }) {
  if (codes.length === 0) return null
  return (
    <Notice title="Recovery codes: write them down now" shape="bang" tone="warn">
      <p>Each stands once for your second factor, on the day that it is lost. They are not shown again.</p>
      <p>
        <code>{codes.join('  ')}</code>
      </p>
    </Notice>
  )
}
