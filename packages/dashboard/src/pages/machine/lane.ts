import type { TimelineEntry } from '@pumphandle/shared/api'
import type { ShapeName, Tone } from '../../design/shape.tsx'

export interface Lane {
  name: string
  shape: ShapeName
  tone: Tone
}
export const LANES: Record<TimelineEntry['lane'], Lane> = {
  connection: { name: 'State', shape: 'ring', tone: 'ok' },
  boot: { name: 'Boots', shape: 'half', tone: 'off' },
  crash: { name: 'Crashes', shape: 'cross', tone: 'crash' },
  component: { name: 'Changes', shape: 'diamond', tone: 'warn' },
  service: { name: 'Services', shape: 'question', tone: 'off' },
  network: { name: 'Network', shape: 'moon', tone: 'dark' },
  other: { name: 'Other', shape: 'hollow', tone: 'off' },
}
