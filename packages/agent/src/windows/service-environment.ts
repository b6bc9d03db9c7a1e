import { REG, type RegistryValue } from '../formats/regf/registry.ts'
import { SERVICE_NAME } from './service-settings.ts'

/** Where Windows keeps variables for this service alone, which go before those of the machine. */
export const SERVICE_KEY = `SYSTEM\\CurrentControlSet\\Services\\${SERVICE_NAME}`
export const ENVIRONMENT = 'Environment'

/**
 * What node.exe and its OpenSSL read before a line of ours runs, put at rest for this service whatever the machine's own
 * environment says: options that load code, authorities that are trusted, verification, folders of code and of reports. Values
 * that are not empty are what the command line says anyway, so that nothing depends on how an empty one is inherited.
 */
export const SERVICE_ENVIRONMENT = [
  'NODE_OPTIONS=--v8-pool-size=0',
  'NODE_TLS_REJECT_UNAUTHORIZED=1',
  'NODE_EXTRA_CA_CERTS=',
  'NODE_COMPILE_CACHE=',
  'NODE_V8_COVERAGE=',
  'OPENSSL_CONF=',
] as const

/** Whether the value has all of it; somebody may have added lines of their own, such as a proxy's. */
export function isAtRest(value: RegistryValue | undefined): boolean {
  if (value?.type !== REG.multiSz) return false
  const lines = value.data.toString('utf16le').split('\0')
  return SERVICE_ENVIRONMENT.every((line) => lines.includes(line))
}
