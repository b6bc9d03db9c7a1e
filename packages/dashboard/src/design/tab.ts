import { createContext } from 'react'

/** What stands before the page's name in the browser's tab, and the tab's icon: told to those who look at another tab. */
export interface TabState {
  readonly prefix: string
  readonly icon: 'icon' | 'icon-open' | 'icon-taken' | 'icon-past'
}

export interface Tab {
  page(title: string): void
  state(state: TabState): void
}

/** The tab of a document: its title and icon, from the page that is open and the state of the fleet. */
export function createTab(document: Document): Tab {
  let title = ''
  let shown: TabState = { prefix: '', icon: 'icon' }
  const write = () => {
    document.title = [shown.prefix, title, 'Pumphandle'].filter(Boolean).join(' · ')
  }
  return {
    page(next) {
      title = next
      write()
    },
    state(next) {
      shown = next
      write()
      document.querySelector('link[rel=icon]')?.setAttribute('href', `/${next.icon}.svg`)
    },
  }
}

export const TabContext = createContext<Tab | undefined>(undefined)
