/** What is configured of the collector's address. */
export interface AddressConfig {
  readonly host: string
  readonly port: number
  readonly tls: object | undefined
  readonly publicUrl: string | undefined
  /** A proxy stands in front, at an address that nobody told. */
  readonly trustProxy?: boolean
}

/** What a request was addressed to. */
export interface Asked {
  readonly protocol: string
  readonly host: string
}

/** Hosts that stand for every address of this computer, and are none that anybody could open. */
const EVERYWHERE = ['0.0.0.0', '::', '']

/** Where a server listens, as programs write it, without a slash at the end. */
export function listenAddress({ host, tls }: Pick<AddressConfig, 'host' | 'tls'>, port: number): string {
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * The collector's address as people write it, without a slash at the end: as configured, else as they just addressed it where that can be, since whoever asks writes a Host as they like, else
 * where it listens. Undefined where that is every address of this computer, or a proxy stands in front: only
 * PUMPHANDLE_PUBLIC_URL can say then.
 */
export function publicAddress(config: AddressConfig, asked: Asked): string
export function publicAddress(config: AddressConfig): string | undefined
export function publicAddress(config: AddressConfig, asked?: Asked): string | undefined {
  if (config.publicUrl !== undefined) return config.publicUrl
  if (asked && mayBeAsked(config, asked)) return `${asked.protocol}://${asked.host}`
  if (!asked && (EVERYWHERE.includes(config.host) || config.port === 0 || config.trustProxy)) return undefined
  return listenAddress(config, config.port)
}

/** A collector that listens at one address is addressed by that one, or from this computer. */
function mayBeAsked({ host, trustProxy }: AddressConfig, asked: Asked): boolean {
  if (EVERYWHERE.includes(host) || trustProxy) return true
  const url = `${asked.protocol}://${asked.host}`
  if (!URL.canParse(url)) return false
  const name = new URL(url).hostname.replaceAll(/^\[|\]$/g, '')
  return [host, 'localhost', '127.0.0.1', '::1'].includes(name)
}

/** The address that somebody at this very computer opens. @param listens where it listens, as {@link listenAddress} writes it */
export function localAddress(config: AddressConfig, listens: string): string {
  const host = EVERYWHERE.includes(config.host) ? 'localhost' : config.host
  // URL leaves out a port that is usual
  const [, port] = /:(\d+)$/.exec(listens) ?? []
  return config.publicUrl ?? listenAddress({ ...config, host }, Number(port))
}
