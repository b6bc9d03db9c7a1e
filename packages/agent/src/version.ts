/** The agent's version, in hello, in the log and on the installer package. */
export const AGENT_VERSION = '0.1.0'
