/** What a product downloads by itself, as people call it. `part` is what stands after the slash in a component's name. */
export interface ContentKind {
  /** `''` for `content:defender`, `engine` for `content:defender/engine`, `#` for a numbered part such as Falcon's channels. */
  readonly part: string
  /** "channel file", "signatures"; a numbered part's number follows it. */
  readonly words: string
}

/** A security product: what every part of Pumphandle says of it, and nothing that only the agent needs to find it. */
export interface SecurityProduct {
  /** The component name that the agent reports its sensor under; its contents are `id` or `id/part`. */
  readonly id: string
  /** Its full name. */
  readonly title: string
  /** What people call it, where its vendor is plain from the place. */
  readonly short: string
  readonly vendor: string
  /**
   * File names of its kernel drivers, in lower case; `*` stands for any letters and digits. A crash blamed on one of them
   * speaks for the product's versions and content. From the vendors' own documents and the products' service entries.
   */
  readonly drivers: readonly string[]
  readonly content: readonly ContentKind[]
  /** Where its vendor answers questions and tells of known faults. */
  readonly support: string
}

/** Every product that the agent can report by a reader of its own, in the order of ids. */
export const SECURITY_PRODUCTS: readonly SecurityProduct[] = [
  {
    id: 'bitdefender',
    title: 'Bitdefender GravityZone',
    short: 'Bitdefender',
    vendor: 'Bitdefender',
    drivers: [
      'atc.sys',
      'avc3.sys',
      'avckf.sys',
      'bddci*.sys',
      'bdelam.sys',
      'bdfwfpf.sys',
      'edrsensor.sys',
      'gemma.sys',
      'gzflt.sys',
      'ignis.sys',
      'trufos.sys',
      'vlflt.sys',
    ],
    content: [{ part: '', words: 'signatures' }],
    support: 'https://www.bitdefender.com/business/support/',
  },
  {
    id: 'carbon-black',
    title: 'VMware Carbon Black',
    short: 'Carbon Black',
    vendor: 'Broadcom',
    drivers: ['carbonblackk.sys', 'cbelam.sys', 'cbk7.sys', 'cbstream.sys', 'ctifile.sys', 'ctinet.sys'],
    content: [],
    support: 'https://support.broadcom.com/',
  },
  {
    id: 'cortex',
    title: 'Palo Alto Cortex XDR',
    short: 'Cortex XDR',
    vendor: 'Palo Alto Networks',
    drivers: ['cyverak.sys', 'cyvr*.sys', 'tedrdrv*.sys', 'tedrpers*.sys'],
    content: [{ part: '', words: 'content' }],
    support: 'https://support.paloaltonetworks.com/',
  },
  {
    id: 'cylance',
    title: 'CylancePROTECT',
    short: 'Cylance',
    vendor: 'Arctic Wolf',
    drivers: ['cydevflt*.sys', 'cyelam*.sys', 'cyopticsdrv*.sys', 'cyprotectdrv*.sys'],
    content: [],
    support: 'https://support.blackberry.com/',
  },
  {
    id: 'defender',
    title: 'Microsoft Defender',
    short: 'Defender',
    vendor: 'Microsoft',
    // mpksl and eight hexadecimal digits: the driver that each signature update brings
    drivers: ['mpksl*.sys', 'mssecflt.sys', 'wdboot.sys', 'wddevflt.sys', 'wdfilter.sys', 'wdnisdrv.sys'],
    content: [
      { part: '', words: 'signatures' },
      { part: 'engine', words: 'engine' },
    ],
    support: 'https://learn.microsoft.com/defender-endpoint/',
  },
  {
    id: 'eset',
    title: 'ESET Endpoint Security',
    short: 'ESET',
    vendor: 'ESET',
    drivers: ['eamonm.sys', 'edevmon.sys', 'eelam.sys', 'ehdrv.sys', 'ekbdflt.sys', 'epfw*.sys'],
    content: [{ part: '', words: 'detection engine' }],
    support: 'https://support.eset.com/',
  },
  {
    id: 'falcon',
    title: 'CrowdStrike Falcon',
    short: 'Falcon',
    vendor: 'CrowdStrike',
    drivers: ['csagent.sys', 'csboot.sys', 'csdevicecontrol.sys', 'csfirmwareanalysis.sys'],
    content: [{ part: '#', words: 'channel file' }],
    support: 'https://supportportal.crowdstrike.com/',
  },
  {
    id: 'kaspersky',
    title: 'Kaspersky Endpoint Security',
    short: 'Kaspersky',
    vendor: 'Kaspersky',
    drivers: [
      'kl1.sys',
      'klbackup*.sys',
      'kldisk.sys',
      'klelam.sys',
      'klflt.sys',
      'klhk.sys',
      'klif.sys',
      'klim6.sys',
      'klkbdflt*.sys',
      'klmouflt.sys',
      'klpd.sys',
      'klupd*.sys',
      'klwfp.sys',
      'klwtp.sys',
      'kneps.sys',
    ],
    content: [{ part: '', words: 'databases' }],
    support: 'https://support.kaspersky.com/',
  },
  {
    id: 'malwarebytes',
    title: 'Malwarebytes ThreatDown',
    short: 'Malwarebytes',
    vendor: 'Malwarebytes',
    drivers: ['farflt.sys', 'flightrecorder.sys', 'mbae*.sys', 'mbam*.sys', 'mwac.sys'],
    content: [{ part: '', words: 'database' }],
    support: 'https://support.threatdown.com/',
  },
  {
    id: 'security-essentials',
    title: 'Microsoft Security Essentials',
    short: 'Security Essentials',
    vendor: 'Microsoft',
    drivers: ['mpfilter.sys', 'nisdrvwfp.sys'],
    content: [
      { part: '', words: 'signatures' },
      { part: 'engine', words: 'engine' },
    ],
    support: 'https://support.microsoft.com/',
  },
  {
    id: 'sentinelone',
    title: 'SentinelOne Singularity',
    short: 'SentinelOne',
    vendor: 'SentinelOne',
    // named one by one: sentinel.sys and sentinel64.sys belong to a maker of licence dongles
    drivers: ['sentineldevicecontrol.sys', 'sentinelelam.sys', 'sentinelmonitor.sys'],
    content: [],
    support: 'https://community.sentinelone.com/',
  },
  {
    id: 'sophos',
    title: 'Sophos Endpoint',
    short: 'Sophos',
    vendor: 'Sophos',
    drivers: [
      'hmpalert.sys',
      'savonaccess.sys',
      'sdcfilter.sys',
      'skmscan.sys',
      'sntp.sys',
      'sophos*.sys',
      'swi_callout.sys',
    ],
    content: [{ part: '', words: 'virus data' }],
    support: 'https://support.sophos.com/',
  },
  {
    id: 'symantec',
    title: 'Symantec Endpoint Protection',
    short: 'Symantec',
    vendor: 'Broadcom',
    drivers: [
      'bhdrvx*.sys',
      'idsvi*.sys',
      'idsxp*.sys',
      'ironx*.sys',
      'srtsp*.sys',
      'symds*.sys',
      'symefa*.sys',
      'symelam.sys',
      'symev*.sys',
      'symnets.sys',
      'sysplant.sys',
      'teefer*.sys',
    ],
    content: [{ part: '', words: 'definitions' }],
    support: 'https://support.broadcom.com/',
  },
  {
    id: 'trellix',
    title: 'Trellix (McAfee) Endpoint Security',
    short: 'Trellix',
    vendor: 'Trellix',
    drivers: ['mfe*.sys'],
    content: [{ part: '', words: 'DAT' }],
    support: 'https://thrive.trellix.com/',
  },
  {
    id: 'trend',
    title: 'Trend Micro Apex One',
    short: 'Trend Micro',
    vendor: 'Trend Micro',
    drivers: [
      'bmflt*.sys',
      'tbimdsa.sys',
      'tmactmon*.sys',
      'tmcomm*.sys',
      'tmebc*.sys',
      'tmel.sys',
      'tmevtmgr*.sys',
      'tmeyes.sys',
      'tmlwf.sys',
      'tmpreflt*.sys',
      'tmtdi.sys',
      'tmusa.sys',
      'tmwfp.sys',
      'tmxpflt*.sys',
      'vsapint*.sys',
    ],
    content: [{ part: '', words: 'pattern' }],
    support: 'https://success.trendmicro.com/',
  },
  {
    id: 'webroot',
    title: 'Webroot SecureAnywhere',
    short: 'Webroot',
    vendor: 'OpenText',
    drivers: ['wrboot.sys', 'wrcore*.sys', 'wrkrn.sys'],
    content: [],
    support: 'https://www.webroot.com/us/en/support',
  },
]

const BY_ID = new Map(SECURITY_PRODUCTS.map((product) => [product.id, product]))
const EXACT = new Map(
  SECURITY_PRODUCTS.flatMap((product) =>
    product.drivers.filter((file) => !file.includes('*')).map((file) => [file, product] as const),
  ),
)
const PATTERNS = SECURITY_PRODUCTS.flatMap((product) =>
  product.drivers
    .filter((file) => file.includes('*'))
    .map((file) => ({ product, matches: new RegExp(`^${file.replace('.', '\\.').replace('*', '\\w*')}$`) })),
)

/** The product that a component belongs to: `falcon/291` and `falcon` are Falcon's. */
export function productOf(componentName: string): SecurityProduct | undefined {
  const slash = componentName.indexOf('/')
  return BY_ID.get(slash < 0 ? componentName : componentName.slice(0, slash))
}

/** The product that a kernel driver's file belongs to, in any case of letters. */
export function productOfDriver(file: string): SecurityProduct | undefined {
  const name = file.toLowerCase()
  return EXACT.get(name) ?? PATTERNS.find(({ matches }) => matches.test(name))?.product
}
