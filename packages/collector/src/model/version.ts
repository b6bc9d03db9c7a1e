import manifest from '../../package.json' with { type: 'json' }

/** The program's version, as people see it. */
export const VERSION: string = manifest.version
