import { Link } from 'wouter'
import { useAnswer, useChange } from '../../api/use.ts'
import { AwaitedPage } from '../../design/awaited.tsx'
import { Button } from '../../design/button.tsx'
import { Failure } from '../../design/inputs.tsx'
import { to } from '../../design/links.ts'
import { Notice } from '../../design/notice.tsx'
import { isOnlyHere } from '../../design/only-here.ts'
import { QrCode } from '../../design/qr-code.tsx'
import { Remove } from '../../design/remove.tsx'
import { Time } from '../../design/time.tsx'
import { usePageTitle } from '../../design/title.ts'
import '../sheet/sheet.css'
import './card.css'

/** The card for a practice's wall: a code that any telephone opens when the PCs do not. For admins, who print it. */
export default function CardPage({ code }: { code: string }) {
  const practice = useAnswer('practice', { path: { code } })
  const card = useAnswer('practiceCard', { path: { code } })
  const renew = useChange('practiceCardRenew', ['practiceCard'])
  const name = practice.data?.practice.name ?? code
  usePageTitle(`Card: ${name}`)
  if (!practice.data || !card.data)
    return (
      <AwaitedPage of={practice.data ? card : practice} lines={8} height={600} className="sheet">
        <Link href={to.practice(code)}>Back to the practice</Link>
      </AwaitedPage>
    )
  const { path, madeAt, madeBy } = card.data
  const url = `${location.origin}${path}`
  return (
    <main className="sheet">
      <div className="sheet-bar no-print cluster">
        <Link href={to.practice(code)}>Back to the practice</Link>
        <a href={path}>Look at the page</a>
        <Remove
          word="New link"
          what={`for ${name}`}
          effect="Cards that hang in the practice now open nothing any more. Print a new one and take it there."
          busy={renew.isPending}
          onConfirm={() => renew.mutate({ path: { code }, body: {} })}
        />
        <Button kind="primary" onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <Failure error={renew.error} />
      {isOnlyHere() && (
        <div className="no-print">
          <Notice title="This address is this computer’s alone" shape="question" tone="warn">
            No telephone can open the code. Open Pumphandle by the name that others reach it by, and print the card
            there.
          </Notice>
        </div>
      )}
      <section className="card">
        <h1>PCs not working? Ask here.</h1>
        <p className="card-name">
          {name} · {code}
        </p>
        <QrCode text={url} label={`Code for the page of ${name}`} />
        <ol className="card-steps">
          <li>Open the camera of any telephone and point it at the code.</li>
          <li>See which PCs work, what is wrong, and what to do now.</li>
          <li>Tell IT about a blue screen with one button.</li>
        </ol>
        <p className="card-address">{url}</p>
        <p className="small">For staff. Hang it where patients cannot read it.</p>
      </section>
      {madeAt !== null && (
        <p className="quiet small no-print">
          This link was made <Time at={madeAt} /> by {madeBy}.
        </p>
      )}
    </main>
  )
}
