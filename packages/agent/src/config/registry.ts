import { textValue } from '../formats/regf/registry.ts'
import { liveKey, type Registry } from '../windows/registry.ts'
import { type Secrets, type Settings, withGiven, withReplaced } from './settings.ts'

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
  const token = textValue(key, 'EnrolmentToken')
  const proxy = textValue(key, 'Proxy')
  const { settings: next, replaced } = withGiven(settings, {
    collector: textValue(key, 'CollectorUrl'),
    token,
    site: textValue(key, 'Site'),
    tags: textValue(key, 'Tags'),
    proxy,
    caSha256: textValue(key, 'CaSha256'),
  })
  const nextSecrets = withReplaced(secrets, replaced)
  const changed =
    JSON.stringify([next, nextSecrets]) !== JSON.stringify([settings, secrets]) || Boolean(token) || Boolean(proxy)
  return { settings: next, secrets: nextSecrets, changed }
}

/** Removes the secrets from the registry, once they are in the sealed settings. */
export function forgetInstallerSecrets(registry: Registry): void {
  for (const name of SECRET_VALUES) registry.deleteValue(INSTALLER_KEY, name)
}
