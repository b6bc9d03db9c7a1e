import { useEffect } from 'react'

/** Names the browser's tab and, for screen readers, the page that was just opened. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Pumphandle`
  }, [title])
}
