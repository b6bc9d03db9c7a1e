import * as coverage from './coverage.ts'
import { route } from './route.ts'

/** Whether every machine that the organisation owns is watched. */
export const coverageRoutes = {
  coverage: route({
    method: 'GET',
    path: '/coverage',
    access: 'viewer',
    summary: 'What the organisation owns beside what has an agent, by practice and over time',
    response: coverage.Coverage,
  }),
  coverageMachines: route({
    method: 'GET',
    path: '/coverage/machines',
    access: 'viewer',
    summary: 'Machines without an agent, agents that no list has, agents that stopped or are outdated',
    query: coverage.CoverageQuery,
    response: coverage.CoveragePage,
  }),
  coverageCsv: route({
    method: 'GET',
    path: '/coverage/machines.csv',
    access: 'viewer',
    summary: 'The same as CSV',
    query: coverage.CoverageQuery.pick({ kind: true, q: true }),
    media: 'text/csv',
  }),
  coverageImport: route({
    method: 'POST',
    path: '/coverage/import',
    access: 'admin',
    summary:
      'Take over a list of machines: an export of Active Directory, Entra, Intune, Configuration Manager or a register',
    query: coverage.CoverageImportQuery,
    file: 'text/csv',
    response: coverage.CoverageImport,
  }),
} as const
