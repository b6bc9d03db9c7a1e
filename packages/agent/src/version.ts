/** The agent's version, in hello, in the log and on the installer package. */
export { VERSION as AGENT_VERSION } from '@pumphandle/shared/version'

/** File in the data folder that the installer makes before an upgrade, and the new version removes when it starts. */
export const UPGRADE_MARK = 'upgrading'
