import { textValue } from '../formats/regf/registry.ts'
import { liveKey, type Registry } from '../windows/registry.ts'
import {
  caFingerprint,
  collectorAddress,
  proxyAddress,
  type Secrets,
  type Settings,
  siteCode,
  tagList,
} from './settings.ts'

/** Where the installer leaves its properties. */
export const INSTALLER_KEY = 'SOFTWARE\\PumphandleAgent'
/** Values that hold a secret: read once, then deleted. */
const SECRET_VALUES = ['EnrolmentToken', 'Proxy']

/**
 * Settings with what the installer left in the registry on top. An installer run again without its properties leaves empty
 * values, which mean "keep what you have".
 *
 * @throws SettingsError where a property cannot work
 */
export function withInstallerProperties(
  settings: Partial<Settings>,
  secrets: Secrets,
  registry: Registry,
): { settings: Partial<Settings>; secrets: Secrets; changed: boolean } {
  const key = liveKey(registry, INSTALLER_KEY)
  const url = textValue(key, 'CollectorUrl')
  const token = textValue(key, 'EnrolmentToken')
  const site = textValue(key, 'Site')
  const tags = textValue(key, 'Tags')
  const proxy = textValue(key, 'Proxy')
  const caSha256 = textValue(key, 'CaSha256')
  const address = proxy === undefined ? undefined : proxyAddress(proxy)
  const next: Partial<Settings> = {
    ...settings,
    ...(url && { collectorUrl: collectorAddress(url).href }),
    ...(site && { site: siteCode(site) }),
    ...(tags && { tags: tagList(tags) }),
    ...(address && { proxy: address.proxy }),
    ...(caSha256 && { caSha256: caFingerprint(caSha256) }),
  }
  const nextSecrets: Secrets = {
    ...secrets,
    ...(token && { enrolmentToken: token }),
    ...(address?.proxyLogin && { proxyLogin: address.proxyLogin }),
  }
  const changed =
    JSON.stringify([next, nextSecrets]) !== JSON.stringify([settings, secrets]) || Boolean(token) || Boolean(proxy)
  return { settings: next, secrets: nextSecrets, changed }
}

/** Removes the secrets from the registry, once they are in the sealed settings. */
export function forgetInstallerSecrets(registry: Registry): void {
  for (const name of SECRET_VALUES) registry.deleteValue(INSTALLER_KEY, name)
}
