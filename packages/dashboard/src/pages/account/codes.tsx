import { Notice } from '../../design/notice.tsx'
import './account.css'

/** The codes for paper, the only time that they are shown. */
export function Codes({ codes }: { codes: readonly string[] }) {
  if (codes.length === 0) return null
  return (
    <div className="recovery-codes">
      <Notice title="Recovery codes: write them down now" shape="bang" tone="warn">
        <p>Each stands once for your second factor, on the day that it is lost. They are not shown again.</p>
        <ul aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  )
}
