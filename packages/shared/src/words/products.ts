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
  /**
   * Key names of its Windows services; `*` stands for any letters and digits. One that dies is the product's failure; of all
   * other services it is not. From the vendors' documents and services' entries.
   */
  readonly services: readonly string[]
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
    services: ['EPSecurityService', 'EPProtectedService', 'EPIntegrationService', 'EPRedline', 'EPUpdateService'],
    content: [{ part: '', words: 'signatures' }],
    support: 'https://www.bitdefender.com/business/support/',
  },
  {
    id: 'carbon-black',
    title: 'VMware Carbon Black',
    short: 'Carbon Black',
    vendor: 'Broadcom',
    drivers: ['carbonblackk.sys', 'cbelam.sys', 'cbk7.sys', 'cbstream.sys', 'ctifile.sys', 'ctinet.sys'],
    services: ['CbDefense', 'CarbonBlack'],
    content: [],
    support: 'https://support.broadcom.com/',
  },
  {
    id: 'cortex',
    title: 'Palo Alto Cortex XDR',
    short: 'Cortex XDR',
    vendor: 'Palo Alto Networks',
    drivers: ['cyverak.sys', 'cyvr*.sys', 'tedrdrv*.sys', 'tedrpers*.sys'],
    services: ['cyserver', 'CyveraService', 'Traps'],
    content: [{ part: '', words: 'content' }],
    support: 'https://support.paloaltonetworks.com/',
  },
  {
    id: 'cylance',
    title: 'CylancePROTECT',
    short: 'Cylance',
    vendor: 'Arctic Wolf',
    drivers: ['cydevflt*.sys', 'cyelam*.sys', 'cyopticsdrv*.sys', 'cyprotectdrv*.sys'],
    services: ['CylanceSvc', 'CyOptics'],
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
    services: ['WinDefend', 'WdNisSvc', 'MDCoreSvc', 'Sense'],
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
    services: ['ekrn', 'EraAgentSvc'],
    content: [{ part: '', words: 'detection engine' }],
    support: 'https://support.eset.com/',
  },
  {
    id: 'falcon',
    title: 'CrowdStrike Falcon',
    short: 'Falcon',
    vendor: 'CrowdStrike',
    drivers: ['csagent.sys', 'csboot.sys', 'csdevicecontrol.sys', 'csfirmwareanalysis.sys'],
    services: ['CSFalconService', 'CSAgent'],
    content: [{ part: '#', words: 'channel file' }],
    support: 'https://supportportal.crowdstrike.com/',
  },
  {
    id: 'huntress',
    title: 'Huntress EDR',
    short: 'Huntress',
    vendor: 'Huntress',
    // it watches from programs; no driver of it is documented
    drivers: [],
    services: ['HuntressAgent', 'HuntressRio', 'HuntressUpdater'],
    content: [],
    support: 'https://support.huntress.io/',
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
    services: ['AVP', 'avp.kes.*', 'avpsus.*', 'klnagent', 'kavfs', 'kavfsgt'],
    content: [{ part: '', words: 'databases' }],
    support: 'https://support.kaspersky.com/',
  },
  {
    id: 'malwarebytes',
    title: 'Malwarebytes ThreatDown',
    short: 'Malwarebytes',
    vendor: 'Malwarebytes',
    drivers: ['farflt.sys', 'flightrecorder.sys', 'mbae*.sys', 'mbam*.sys', 'mwac.sys'],
    services: ['MBAMService', 'MBEndpointAgent'],
    content: [{ part: '', words: 'database' }],
    support: 'https://support.threatdown.com/',
  },
  {
    id: 'security-essentials',
    title: 'Microsoft Security Essentials',
    short: 'Security Essentials',
    vendor: 'Microsoft',
    drivers: ['mpfilter.sys', 'nisdrvwfp.sys'],
    services: ['MsMpSvc', 'NisSrv'],
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
    services: ['SentinelAgent', 'SentinelMonitor', 'SentinelStaticEngine', 'SentinelHelperService'],
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
    services: [
      'SntpService',
      'Sophos Endpoint Defense Service',
      'SAVService',
      'Sophos MCS Agent',
      'Sophos MCS Client',
      'Sophos System Protection Service',
      'SophosFileScanner',
      'hmpalertsvc',
      'SAVAdminService',
      'Sophos AutoUpdate Service',
      'Sophos Health Service',
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
    services: ['SepMasterService', 'SepScanService', 'SmcService', 'SNAC'],
    content: [{ part: '', words: 'definitions' }],
    support: 'https://support.broadcom.com/',
  },
  {
    id: 'trellix',
    title: 'Trellix (McAfee) Endpoint Security',
    short: 'Trellix',
    vendor: 'Trellix',
    drivers: ['mfe*.sys'],
    services: ['mfemms', 'mfefire', 'mfetp', 'mfevtp', 'McShield', 'masvc', 'macmnsvc'],
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
    services: ['ntrtscan', 'TmListen', 'tmccsf', 'TMBMServer', 'ds_agent', 'Amsp', 'ds_notifier'],
    content: [{ part: '', words: 'pattern' }],
    support: 'https://success.trendmicro.com/',
  },
  {
    id: 'webroot',
    title: 'Webroot SecureAnywhere',
    short: 'Webroot',
    vendor: 'OpenText',
    drivers: ['wrboot.sys', 'wrcore*.sys', 'wrkrn.sys'],
    services: ['WRSVC', 'WRSkyClient', 'WRCoreService'],
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
const PATTERNS = SECURITY_PRODUCTS.flatMap((product) => patternsOf(product, product.drivers))
const SERVICES = new Map(
  SECURITY_PRODUCTS.flatMap((product) => product.services.map((service) => [service.toLowerCase(), product] as const)),
)
const SERVICE_PATTERNS = SECURITY_PRODUCTS.flatMap((product) => patternsOf(product, product.services))
/** What other software is called too: Windows' own firewall is "Windows Defender", a hypervisor's tools are VMware's. */
const COMMON_WORDS = new Set([
  'alto',
  'apex',
  'black',
  'carbon',
  'cloud',
  'cortex',
  'defender',
  'endpoint',
  'essentials',
  'micro',
  'microsoft',
  'palo',
  'protection',
  'security',
  'singularity',
  'vmware',
])

function patternsOf(
  product: SecurityProduct,
  names: readonly string[],
): { product: SecurityProduct; matches: RegExp }[] {
  return names
    .filter((name) => name.includes('*'))
    .map((name) => ({
      product,
      matches: new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '[\\w.]*')}$`, 'i'),
    }))
}

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

/**
 * The product that a Windows service belongs to, by the name of its key or by the one that people see, which has the maker's
 * or the product's name in it and is in Windows' language otherwise.
 */
export function productOfService(name: string): SecurityProduct | undefined {
  const known = SERVICES.get(name.toLowerCase()) ?? SERVICE_PATTERNS.find(({ matches }) => matches.test(name))?.product
  return known ?? SECURITY_PRODUCTS.find((product) => ownWords(product).some((word) => hasWord(name, word)))
}

/** Words of a product's names that nothing else is called by, in lower case. */
function ownWords({ title, short }: Pick<SecurityProduct, 'title' | 'short'>): string[] {
  const words = `${title} ${short}`.toLowerCase().split(/[^a-z0-9]+/)
  return [...new Set(words)].filter((word) => word.length > 3 && !COMMON_WORDS.has(word))
}

function hasWord(text: string, word: string): boolean {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .includes(word)
}
