import { accessSync, constants } from 'node:fs'
import { spoolSummary } from '../spool/summary.ts'
import { type Check, info, ok, wrong } from './check.ts'

/** Settings, identity and the data folder. */
export const SETTINGS_CHECKS: Check[] = [
  {
    code: 'settings',
    title: 'Settings',
    look: ({ stored, around }) =>
      stored
        ? ok(`The collector is ${stored.collectorUrl}${stored.site ? `, the site ${stored.site}` : ''}.`)
        : wrong(`There are no settings in ${around.dataFolder}: install with COLLECTOR_URL, or run \`enrol\`.`),
  },
  {
    code: 'enrolled',
    title: 'Enrolment',
    look: ({ stored, secrets }) => {
      if (stored?.machine === undefined)
        return wrong('This machine is not enrolled: run `enrol --token …` with a token from the collector’s page.')
      const { key, machineSecret } = secrets()
      if (machineSecret !== undefined)
        return ok(`Enrolled as ${stored.machine}, by a secret that its key replaces when the collector takes it.`)
      return key === undefined
        ? wrong('The machine has an id but no key: enrol it again.')
        : ok(`Enrolled as ${stored.machine}; its key can be read.`)
    },
  },
  {
    code: 'data-folder',
    title: 'Data folder',
    look: ({ around }) => {
      accessSync(around.dataFolder, constants.R_OK | constants.W_OK)
      return ok(`${around.dataFolder} can be read and written.`)
    },
  },
  {
    code: 'spool',
    title: 'Spool',
    look: ({ around }) => {
      const spool = spoolSummary(around.dataFolder)
      if (spool === undefined) return info('There is no spool yet: the agent has not run here.')
      const count = Object.values(spool.waiting).reduce((sum, waiting) => sum + waiting, 0)
      return info(count === 0 ? 'Everything was delivered.' : `${count} events wait to be delivered.`)
    },
  },
]
