import { readFileSync } from 'node:fs'
import { textOf } from '@pumphandle/shared/words'
import { CliError, EXIT } from './exit-codes.ts'

/** A file that people made, in whatever alphabet. @throws CliError where it cannot be read */
export function readText(file: string): string {
  try {
    return textOf(readFileSync(file))
  } catch (error) {
    throw new CliError(`Cannot read ${file}: ${(error as Error).message}`, EXIT.usage)
  }
}
