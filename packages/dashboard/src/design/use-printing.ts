import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** Whether the page is being put on paper, where nobody can press for the rest. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    // drawn before the event is over: the browser takes the page as it is then
    const begin = () => {
      document.documentElement.dataset['printing'] = ''
      flushSync(() => setPrinting(true))
    }
    const end = () => {
      delete document.documentElement.dataset['printing']
      setPrinting(false)
    }
    addEventListener('beforeprint', begin)
    addEventListener('afterprint', end)
    return () => {
      removeEventListener('beforeprint', begin)
      removeEventListener('afterprint', end)
    }
  }, [])
  return printing
}
