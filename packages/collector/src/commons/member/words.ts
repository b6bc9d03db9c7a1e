import type { CommonsSeen } from '@pumphandle/shared/api'
import { componentWords, count } from '@pumphandle/shared/words'
import type { FailureClass } from '../../versions/index.ts'

const NUMBERS = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
]

const FAIL: Readonly<Record<FailureClass, string>> = {
  crash: 'crash',
  vanished: 'vanish without a goodbye',
  'no-return': 'stay away after a restart',
  service: 'lose their sensor’s service',
  app: 'have programs fail',
}

/**
 * "Three other organisations see machines with Falcon channel file 291 of 04:09 UTC on 19 July 2024 crash (stop code 0x50);
 * 412 of yours have it or wait for it."
 */
export function sentenceOf(seen: CommonsSeen): string {
  const { failing, component, failureClass, stopCode, machines, waiting } = seen
  const others = `${NUMBERS[failing] ?? count(failing)} other organisation${failing === 1 ? ' sees' : 's see'}`
  const code = stopCode === null ? '' : ` (stop code 0x${stopCode.toString(16).toUpperCase()})`
  const what = `${others} machines with ${componentWords(component)} ${FAIL[failureClass ?? 'crash']}${code}`
  return `${what}; ${yours(machines, waiting)}.`
}

function yours(machines: number, waiting: number): string {
  if (machines + waiting === 0) return 'none of yours has it or waits for it'
  const both = `${count(machines + waiting)} of yours`
  const one = machines + waiting === 1
  if (machines === 0) return `${both} ${one ? 'waits' : 'wait'} for it`
  if (waiting === 0) return `${both} ${one ? 'has' : 'have'} it`
  return `${both} have it or wait for it`
}
