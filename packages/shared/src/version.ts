/** The version of everything that is released together: collector, agent, page, command line. It stands here alone. */
export const VERSION = '0.2.0'
