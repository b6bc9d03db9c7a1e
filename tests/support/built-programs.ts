import { fileURLToPath } from 'node:url'

/** Programs that tests start some two hundred times, by the names of their files. */
export const SOURCES = {
  collector: fileURLToPath(new URL('../../packages/collector/src/main.ts', import.meta.url)),
  'migrate-until-killed': fileURLToPath(new URL('./migrate-until-killed.ts', import.meta.url)),
} as const
/** Beside the collector's packages, since those with a native part stay outside. */
export const BUILT = fileURLToPath(new URL('../../packages/collector/dist/tests', import.meta.url))
/** Says to a run's own processes that the programs are built; no name of a setting, which a collector would refuse. */
export const IS_BUILT = 'TESTS_BUILT'

/** The file to start: the built one in a run of tests; else, as for `npm run faults`, the source. */
export const fileOf = (program: keyof typeof SOURCES): string =>
  process.env[IS_BUILT] === undefined ? SOURCES[program] : `${BUILT}/${program}.js`
