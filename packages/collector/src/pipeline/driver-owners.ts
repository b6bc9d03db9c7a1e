/**
 * Kernel drivers of security sensors, by the component name that the agent reports the product under. A crash blamed on
 * one of these files speaks for the product's versions and content. Names from the vendors' own documents and the
 * products' service entries.
 */
export const DRIVER_OWNERS: readonly (readonly [file: string, component: string])[] = [
  ['csagent.sys', 'falcon'],
  ['csdevicecontrol.sys', 'falcon'],
  ['csboot.sys', 'falcon'],
  ['wdfilter.sys', 'defender'],
  ['wdnisdrv.sys', 'defender'],
  ['wdboot.sys', 'defender'],
  ['mpksldrv.sys', 'defender'],
  ['sentinelmonitor.sys', 'sentinelone'],
  ['sophosed.sys', 'sophos'],
  ['hmpalert.sys', 'sophos'],
  ['savonaccess.sys', 'sophos'],
  ['ehdrv.sys', 'eset'],
  ['eamonm.sys', 'eset'],
  ['epfwwfp.sys', 'eset'],
  ['tmcomm.sys', 'trend'],
  ['tmactmon.sys', 'trend'],
  ['tmevtmgr.sys', 'trend'],
  ['mfehidk.sys', 'trellix'],
  ['mfeavfk.sys', 'trellix'],
  ['srtsp64.sys', 'symantec'],
  ['symefasi64.sys', 'symantec'],
  ['trufos.sys', 'bitdefender'],
  ['klif.sys', 'kaspersky'],
  ['mbam.sys', 'malwarebytes'],
  ['cyprotectdrv64.sys', 'cylance'],
  ['cyverak.sys', 'cortex-xdr'],
  ['carbonblackk.sys', 'carbon-black'],
]
