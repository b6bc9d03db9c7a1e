import { COHORTS, type IncidentDetail, type IncidentSeries } from '@pumphandle/shared/api'
import { csvHeader, csvLines, timeCell } from '../csv.ts'

export function historyCsv({ history }: IncidentDetail): string {
  const rows = history.map((entry) => [timeCell(entry.at), entry.actor, entry.type, entry.text])
  return csvHeader(['at', 'who', 'what', 'text'], true) + csvLines(rows)
}

export function practicesCsv({ byPractice }: IncidentDetail): string {
  const header = ['code', 'practice', 'region', 'network', 'working', 'machines', ...COHORTS]
  const rows = byPractice.map(({ practice, working, machines, cohorts }) => [
    practice.code,
    practice.name,
    practice.region ?? '',
    practice.pcn ?? '',
    working,
    machines,
    ...COHORTS.map((cohort) => cohorts[cohort]),
  ])
  return csvHeader(header, true) + csvLines(rows)
}

/** Rates are failures per 1,000 machine-hours; empty where nothing was exposed. */
export function seriesCsv(series: IncidentSeries): string {
  const header = ['at', 'rate_with', 'rate_without', ...COHORTS]
  const rows = series.rateWith.map((rate, i) => [
    timeCell(series.from + i * series.bucketSeconds * 1000),
    rate,
    series.rateWithout[i] ?? null,
    ...COHORTS.map((cohort) => series.cohorts[i]?.[cohort] ?? 0),
  ])
  return csvHeader(header, true) + csvLines(rows)
}
