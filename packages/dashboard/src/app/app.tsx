import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { createQueryClient } from '../api/client-query.ts'
import { browserClock } from '../clock.ts'
import { Loading } from '../design/notice.tsx'
import { createTicker, TickerProvider } from '../design/now.tsx'
import { createTab, TabContext } from '../design/tab.ts'
import { askAhead } from './ask-ahead.ts'
import { Boundary } from './boundary.tsx'
import { SignedInOnly } from './signed-in-only.tsx'

/** Everything that the pages share, made once. */
export function App() {
  const [client] = useState(() => {
    const made = createQueryClient()
    // what is refused or lost is said where it is shown
    askAhead(made, window.location.pathname).catch(() => undefined)
    return made
  })
  const [ticker] = useState(() => createTicker(browserClock))
  const [tab] = useState(() => createTab(document))
  return (
    <QueryClientProvider client={client}>
      <TickerProvider value={ticker}>
        <TabContext value={tab}>
          <Boundary>
            <Suspense fallback={<Loading height={400} />}>
              <SignedInOnly />
            </Suspense>
          </Boundary>
        </TabContext>
      </TickerProvider>
    </QueryClientProvider>
  )
}
