import { use, useEffect } from 'react'
import { TabContext } from './tab.ts'

/** Names the browser's tab and, for screen readers, the page that was just opened. */
export function usePageTitle(title: string): void {
  const tab = use(TabContext)
  useEffect(() => tab?.page(title), [tab, title])
}
