/** The program's version, as people see it. */
export { VERSION } from '@pumphandle/shared/version'
