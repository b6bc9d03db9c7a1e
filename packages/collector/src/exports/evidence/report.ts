import { COHORTS, type Explanation } from '@pumphandle/shared/api'
import { componentWords } from '@pumphandle/shared/words'
import { timeCell } from '../csv.ts'
import type { Evidence } from './evidence.ts'
import { Html, html, table } from './html.ts'
import { evidencePictures } from './pictures.ts'

/** Practices that the page names; all of them are in practices.csv. */
const PRACTICES_SHOWN = 100

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}
figure{margin:0;max-width:46rem}svg{width:100%}table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}
.lead{font-size:1.25rem}@media print{body{margin:0}}`

/** The incident as one page that needs nothing else: opens from the ZIP, prints in black and white. */
export function reportHtml(pack: Evidence): string {
  const { detail, now, by, version } = pack
  const { incident, explanation, history, byPractice, byRegion } = detail
  const page = html`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${incident.title}</title>
<style>${STYLE}</style></head><body>
<h1>${incident.title}</h1>
<p class="lead">${incident.sentence}</p>
<p>Incident ${incident.id}, ${incident.status}, confidence: ${incident.confidence}. Times are UTC. Made ${timeCell(now)} by ${by}
with Pumphandle ${version}.</p>
${table(
  ['What', 'When or how many'],
  [
    ['First failure', timeCell(incident.firstFailureAt)],
    ['Opened', timeCell(incident.openedAt)],
    ['Latest failure', timeCell(incident.lastFailureAt)],
    ['Resolved', timeCell(incident.resolvedAt) || 'not yet'],
    ['Owner', incident.owner ?? 'nobody'],
    ['Practices', incident.practices],
    ...COHORTS.map((cohort): [string, number] => [`Machines ${cohort}`, incident.cohorts[cohort]]),
  ],
)}
${explanation ? evidence(explanation) : html`<p>This incident was not found by statistics: its sentence says what was seen.</p>`}
${evidencePictures(pack).map(({ title, sentence, svg }) => html`<h2>${title}</h2><p>${sentence}</p><figure>${new Html(svg)}</figure>`)}
<h2>Regions</h2>${table(
    ['Region', 'Practices', ...COHORTS],
    byRegion.map((r) => [r.region, r.practices, ...COHORTS.map((c) => r.cohorts[c])]),
  )}
<h2>Practices</h2>${table(
    ['Code', 'Practice', 'Region', 'Can work', 'Machines', ...COHORTS],
    byPractice
      .slice(0, PRACTICES_SHOWN)
      .map((p) => [
        p.practice.code,
        p.practice.name,
        p.practice.region ?? '',
        p.working,
        p.machines,
        ...COHORTS.map((c) => p.cohorts[c]),
      ]),
  )}
<p>${byPractice.length > PRACTICES_SHOWN ? `The first ${PRACTICES_SHOWN} of ${byPractice.length}; all are in practices.csv.` : ''}</p>
<h2>What happened</h2>${table(
    ['When', 'Who', 'What'],
    history.map((h) => [timeCell(h.at), h.actor, h.text]),
  )}
<h2>Files</h2><p>machines.csv has every machine of the incident with its cohort; practices.csv, history.csv and series.csv are
the tables of this page in full; incident.json and series.json hold the same for programs; the
pictures of this page are files of their own; manifest.json has SHA-256 sums.</p>
</body></html>
`
  return page.text
}

function evidence(e: Explanation): Html {
  const { exposed, unexposed } = e.table
  return html`<h2>Evidence</h2><p>${e.sentence}</p>
${table(
  ['', 'Machines', 'Failed'],
  [
    ['With the suspect', exposed.machines, exposed.failures],
    ['Without it, at the same time', unexposed.machines, unexposed.failures],
  ],
)}
<h2>Method</h2>
<p>Failures counted: ${e.failureClass}; ${e.ageWindow}; memory ${e.memory}. ${round(e.expected)} such failures were expected among
machines with the suspect, from the baseline and from machines without it. The chance of so many by accident is
10<sup>${round(e.logP / Math.LN10)}</sup>; an incident is raised below 10<sup>${round(e.logThreshold / Math.LN10)}</sup>.</p>
<h3>Suspects, best first</h3>${table(
    ['Suspect', 'Together with', 'Strength', 'Share of failures', 'For it', 'Against it'],
    e.suspects.map((s) => [
      componentWords(s.component),
      s.partner ? componentWords(s.partner) : '',
      round(s.strength),
      `${Math.round(s.covers * 100)}%`,
      s.reasons.join('; '),
      s.whyNot ?? '',
    ]),
  )}
<h3>Spared</h3><p>${e.spared.length > 0 ? e.spared.map(componentWords).join(', ') : 'No group of machines was spared.'}</p>
<h3>Drivers and stop codes</h3>
${table(
  ['Driver', 'Crashes'],
  e.culprits.map((c) => [c.driver, c.count]),
)}
${table(
  ['Stop code', 'Name', 'Crashes'],
  e.stopCodes.map((s) => [s.code, s.name ?? '', s.count]),
)}
<h3>What is taken for granted</h3><ul>${e.assumptions.map((a) => html`<li>${a}</li>`)}</ul>`
}

function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-GB')
}
