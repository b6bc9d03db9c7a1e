import type { RotaBody } from '@pumphandle/shared/api'

/** Days of a shift as people say them, 0 is Sunday. */
export const DAYS = {
  '1,2,3,4,5,6,0': 'Every day',
  '1,2,3,4,5': 'Monday to Friday',
  '6,0': 'Saturday and Sunday',
  '1': 'Monday',
  '2': 'Tuesday',
  '3': 'Wednesday',
  '4': 'Thursday',
  '5': 'Friday',
  '6': 'Saturday',
  '0': 'Sunday',
} as const
export type Days = keyof typeof DAYS

type Shift = RotaBody['shifts'][number]
type Exception = RotaBody['exceptions'][number]
export type Draft = Omit<RotaBody, 'turnsFrom'>

/** Other days than people say, which the API takes, too. */
export const daysKey = ({ days }: Shift): string => {
  const same = (key: string) => [...new Set(key.split(','))].toSorted().join() === days.map(String).toSorted().join()
  return Object.keys(DAYS).find(same) ?? days.join(',')
}
export const daysOf = (key: string): number[] => key.split(',').map(Number)

export const newShift = (channel: number): Shift => ({
  days: daysOf('1,2,3,4,5,6,0'),
  from: '18:00',
  until: '08:00',
  channels: [channel],
})
export const newException = (channel: number): Exception => ({ from: '', until: '', channel, note: '' })

/** One more, one changed, or one taken out (null). */
export function put<T>(list: readonly T[], at: number, value: T | null): T[] {
  return value === null ? list.toSpliced(at, 1) : list.toSpliced(at, 1, value)
}
