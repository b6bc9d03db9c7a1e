import { Link } from 'wouter'
import { to } from '../design/links.ts'
import { useMay } from './may.ts'
import { useMe } from './me.ts'

/** Whether the person may change what is of the whole organisation. */
export function useKeepsSettings(): boolean {
  const { places } = useMe()
  return useMay('admin') && !places
}

/** The way to a setting for whoever may change it; the others read whom to ask. */
export function SettingsLink({ part, children }: { part: string; children: string }) {
  return useKeepsSettings() ? <Link href={to.settings(part)}>{children}</Link> : `${children} (ask an admin)`
}
