import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)
const pathOf = (file: string): string => fileURLToPath(new URL(file, root))

/** Programs that tests start some two hundred times, by the names of their files. */
export const SOURCES = {
  collector: pathOf('packages/collector/src/main.ts'),
  'migrate-until-killed': pathOf('tests/support/migrate-until-killed.ts'),
} as const
/** Beside the collector's packages, since those with a native part stay outside. */
export const BUILT = pathOf('packages/collector/dist/tests')
/** Says to a run's own processes that the programs are built; no name of a setting, which a collector would refuse. */
export const IS_BUILT = 'TESTS_BUILT'

/** The file to start: the built one in a run of tests; else, as for `npm run faults`, the source. */
export const fileOf = (program: keyof typeof SOURCES): string =>
  process.env[IS_BUILT] === undefined ? SOURCES[program] : `${BUILT}/${program}.js`
