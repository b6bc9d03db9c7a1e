/** Names of stop codes that machines show, from Microsoft's bug check code reference. */
const NAMES: Readonly<Record<string, string>> = {
  '0x1': 'APC_INDEX_MISMATCH',
  '0x1a': 'MEMORY_MANAGEMENT',
  '0x3b': 'SYSTEM_SERVICE_EXCEPTION',
  '0x50': 'PAGE_FAULT_IN_NONPAGED_AREA',
  '0x7e': 'SYSTEM_THREAD_EXCEPTION_NOT_HANDLED',
  '0x9f': 'DRIVER_POWER_STATE_FAILURE',
  '0xcb': 'DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS',
  '0xd1': 'DRIVER_IRQL_NOT_LESS_OR_EQUAL',
  '0x116': 'VIDEO_TDR_FAILURE',
  '0x139': 'KERNEL_SECURITY_CHECK_FAILURE',
}

/** What ordinary crashes stop with, whatever the driver. */
const ORDINARY = ['0x1a', '0x3b', '0x7e', '0x9f', '0xd1', '0x139']
const GRAPHICS = new Set(['igdkmd.sys', 'amdkmd.sys', 'nvlddm.sys', 'igdkmd64.sys', 'atikmdag.sys', 'nvlddmkm.sys'])

export function stopName(code: string): string | undefined {
  return NAMES[code]
}

/** The stop code of an ordinary crash: always the same for the same driver. */
export function ordinaryStopCode(driver: string): string {
  if (GRAPHICS.has(driver)) return '0x116'
  let sum = 0
  for (let i = 0; i < driver.length; i++) sum += driver.charCodeAt(i)
  return ORDINARY[sum % ORDINARY.length]!
}

/** `0xCB` and `203` as the wire writes it, 0xcb; undefined where it is no number. */
export function wireStopCode(text: string): string | undefined {
  const number = Number(text)
  return Number.isSafeInteger(number) && number >= 0 ? `0x${number.toString(16)}` : undefined
}
