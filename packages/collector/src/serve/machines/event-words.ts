import type { TimelineEntry } from '@pumphandle/shared/api'
import type { AgentEvent, ProbeResult } from '@pumphandle/shared/wire'
import { programOfProcess } from '@pumphandle/shared/words'

type Lane = TimelineEntry['lane']

const LANES: Readonly<Record<AgentEvent['type'], Lane>> = {
  boot: 'boot',
  'boot-loop': 'boot',
  crash: 'crash',
  'component-changed': 'component',
  inventory: 'component',
  update: 'component',
  'service-state': 'service',
  reachability: 'network',
  'network-loss': 'network',
  vitals: 'other',
  'spool-dropped': 'other',
  'disk-falling': 'other',
}

export function laneOf(type: AgentEvent['type']): Lane {
  return LANES[type]
}

const ENDS = {
  clean: 'was shut down properly',
  bugcheck: 'stopped with a blue screen',
  unexpected: 'ended unexpectedly: power cut, hang or forced off',
  unknown: 'ended in a way that the log no longer tells',
} as const

/** An event of a machine as one sentence. */
export function eventInWords(event: AgentEvent): string {
  switch (event.type) {
    case 'boot': {
      const mode = event.safeMode ? ` in Safe Mode${event.safeMode === 'network' ? ' with networking' : ''}` : ''
      const start = event.start === 'fast-startup' ? 'Windows resumed by fast startup' : `Windows started${mode}`
      return `${start}; the boot before ${ENDS[event.previous.end]}.`
    }
    case 'boot-loop':
      return `${event.boots} unclean boots in a row: a boot loop.`
    case 'crash':
      return crashInWords(event)
    case 'component-changed':
      return componentInWords(event)
    case 'inventory':
      return `Full inventory: ${event.components.length} components.`
    case 'service-state': {
      const product = event.product ? ` (${event.product})` : ''
      return `Service ${event.service}${product} is ${event.state}${event.unexpected ? ', and not because somebody stopped it' : ''}.`
    }
    case 'vitals':
      return `Up for ${Math.round(event.uptimeSeconds / 60)} minutes${event.cpuPercent === undefined ? '' : `, processor ${Math.round(event.cpuPercent)}%`}.`
    case 'spool-dropped': {
      const count = Object.values(event.dropped).reduce((sum, n) => sum + n, 0)
      return `The agent ran out of room while it could not reach the collector and let ${count} lesser events go.`
    }
    case 'reachability':
      return reachabilityInWords(event.results)
    case 'network-loss':
      return `Could not reach anybody for ${Math.round((event.until - event.at) / 1000)} seconds.`
    case 'update':
      return `${event.title}${event.outcome === 'installed' ? ' was installed' : ` failed${event.errorCode ? ` with ${event.errorCode}` : ''}`}.`
    case 'disk-falling':
      return `Free space falls fast: ${Math.round(event.freeBytes / 1e9)} GB left.`
  }
}

function crashInWords(event: Extract<AgentEvent, { type: 'crash' }>): string {
  const times = event.count !== undefined && event.count > 1 ? `, ${event.count} times` : ''
  if (event.kind === 'bugcheck') {
    const code = event.stopCode ? ` ${event.stopCode}${event.stopName ? ` ${event.stopName}` : ''}` : ''
    const blame = event.culprit ? `; ${event.culprit.driver} is blamed` : ''
    return `Blue screen${code}${blame}${times}.`
  }
  const where = event.module ? ` in ${event.module}` : ''
  const did = event.kind === 'hang' ? 'stopped answering' : event.kind === 'service' ? 'died' : 'crashed'
  const program = programOfProcess(event.process ?? '')?.title
  const who = program ? `${sentenceCase(program)} (${event.process})` : (event.process ?? 'A program')
  return `${who} ${did}${where}${times}.`
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function componentInWords(event: Extract<AgentEvent, { type: 'component-changed' }>): string {
  const what = `${event.kind} ${event.name}`
  if (event.version === undefined)
    return `${what}${event.previousVersion ? ` ${event.previousVersion}` : ''} was removed.`
  return event.previousVersion === undefined
    ? `${what} ${event.version} arrived.`
    : `${what} changed from ${event.previousVersion} to ${event.version}.`
}

const STEPS = { dns: 'its name', tcp: 'a connection', tls: 'a secure connection', http: 'an answer' } as const

function reachabilityInWords(results: readonly ProbeResult[]): string {
  const failed = results.filter((result) => !result.ok)
  if (failed.length === 0) return `Reaches ${results.map((result) => result.name).join(', ') || 'everything'}.`
  return `Does not reach ${failed.map((r) => `${r.name}${r.failedAt ? ` (no ${STEPS[r.failedAt].replace(/^(its|an?) /, '')})` : ''}`).join(', ')}.`
}
