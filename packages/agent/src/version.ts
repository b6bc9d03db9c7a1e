/** The agent's version, in hello, in the log and on the installer package. */
export const AGENT_VERSION = '0.1.0'

/** File in the data folder that the installer makes before an upgrade, and the new version removes when it starts. */
export const UPGRADE_MARK = 'upgrading'
