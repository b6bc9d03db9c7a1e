import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../../shared/', import.meta.url))

/** The folder of real Windows artefacts and scenarios beside the checkout, or undefined: tests that read it skip then. */
export const sharedDir: string | undefined = existsSync(new URL('windows-artefacts', `file://${beside}`))
  ? beside
  : undefined
