import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { HEARTBEAT_SECONDS, SILENCE_HEARTBEATS } from '@pumphandle/shared/wire'
import type { DatabaseAddress } from '../store/index.ts'
import { type Config, ConfigError, ROLES } from './config.ts'
import { readOidc } from './oidc.ts'
import { flagOf, OPTIONS, type Option } from './options.ts'
import { readProbes } from './probes.ts'
import { readProxies } from './proxies.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/**
 * The configuration from flags, and where a flag is absent from the environment.
 * @throws ConfigError, one sentence that says what to set.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, args: readonly string[] = []): Config {
  refuseUnknown(env)
  const flags = readFlags(args)
  const text = (o: Option): string => flags[flagOf(o).slice(2)] ?? env[o.name] ?? o.fallback
  const number = (o: Option, min: number, max: number): number => {
    const value = Number(text(o))
    if (text(o).trim() === '' || !(value >= min && value <= max))
      throw new ConfigError(`${o.name} is "${text(o)}"; set a number from ${min} to ${max}.`)
    return value
  }
  const whole = (o: Option, min: number, max: number): number => {
    const value = number(o, min, max)
    if (!Number.isInteger(value)) throw new ConfigError(`${o.name} is "${text(o)}"; set a whole number.`)
    return value
  }
  const flag = (o: Option): boolean => {
    if (!['0', '1'].includes(text(o))) throw new ConfigError(`${o.name} is "${text(o)}"; set 1 or 0.`)
    return text(o) === '1'
  }

  const dataDir = resolve(text(OPTIONS.data))
  const heartbeatSeconds = whole(OPTIONS.heartbeat, HEARTBEAT_SECONDS.min, HEARTBEAT_SECONDS.max)
  const config: Config = {
    role: readOneOf(OPTIONS.role, text(OPTIONS.role), ROLES),
    peerUrl: readUrl(OPTIONS.peerUrl, text(OPTIONS.peerUrl)),
    host: text(OPTIONS.host),
    port: whole(OPTIONS.port, 0, 65_535),
    dataDir,
    database: readDatabase(text(OPTIONS.database), dataDir),
    sealKeyFile: text(OPTIONS.sealKey) === '' ? sealKeyIn(dataDir) : resolve(text(OPTIONS.sealKey)),
    tls: readTls(text(OPTIONS.tlsCert), text(OPTIONS.tlsKey)),
    ...readProxies(OPTIONS.trustProxy.name, text(OPTIONS.trustProxy)),
    boundLinesOnly: flag(OPTIONS.boundLines),
    secretsUntil: readDay(OPTIONS.secretsUntil, text(OPTIONS.secretsUntil)),
    publicUrl: readUrl(OPTIONS.publicUrl, text(OPTIONS.publicUrl)),
    logLevel: readOneOf(OPTIONS.logLevel, text(OPTIONS.logLevel), LOG_LEVELS),
    heartbeatSeconds,
    silenceSeconds:
      text(OPTIONS.silence) === ''
        ? heartbeatSeconds * SILENCE_HEARTBEATS
        : number(OPTIONS.silence, Math.max(10, heartbeatSeconds), 3600),
    bootLoop: { boots: whole(OPTIONS.loopBoots, 2, 20), minutes: number(OPTIONS.loopMinutes, 5, 240) },
    alarmBudget: number(OPTIONS.alarmBudget, 0.05, 50),
    probes: readProbes(text(OPTIONS.probes)),
    gateways: whole(OPTIONS.gateways, 0, 64),
    maxConnections: whole(OPTIONS.maxConnections, 1, 1_000_000),
    mail: readMail(text(OPTIONS.smtp), text(OPTIONS.mailFrom)),
    watchdogUrl: readWatchdog(text(OPTIONS.watchdog)),
    otlp: readOtlp(readUrl(OPTIONS.otlpUrl, text(OPTIONS.otlpUrl)), text(OPTIONS.otlpHeaders)),
    oidc: readOidc(
      {
        issuer: text(OPTIONS.oidcIssuer),
        clientId: text(OPTIONS.oidcClientId),
        clientSecret: text(OPTIONS.oidcClientSecret),
        name: text(OPTIONS.oidcName),
        scope: text(OPTIONS.oidcScope),
        groupsClaim: text(OPTIONS.oidcGroupsClaim),
        acr: text(OPTIONS.oidcAcr),
        groups: text(OPTIONS.oidcGroups),
      },
      readUrl(OPTIONS.publicUrl, text(OPTIONS.publicUrl)),
    ),
    breakGlass: readBreakGlass(text(OPTIONS.breakGlass), text(OPTIONS.oidcIssuer) !== ''),
    auditSyslog: readSyslog(text(OPTIONS.auditSyslog)),
    retentionDays: whole(OPTIONS.retention, 7, 3650),
    backup:
      text(OPTIONS.backupDir) === ''
        ? undefined
        : {
            folder: resolve(text(OPTIONS.backupDir)),
            hours: number(OPTIONS.backupHours, 1, 24 * 31),
            keep: whole(OPTIONS.backupKeep, 1, 1000),
          },
    retentionBytes: text(OPTIONS.retentionGb) === '' ? undefined : number(OPTIONS.retentionGb, 0.1, 100_000) * 2 ** 30,
    commons: readCommons(text(OPTIONS.commons)),
    commonsMembers: text(OPTIONS.commonsMembers) === '' ? undefined : resolve(text(OPTIONS.commonsMembers)),
    timeZone: readTimeZone(text(OPTIONS.timeZone)),
    demo: flag(OPTIONS.demo),
  }
  if (['edge', 'brain', 'serve'].includes(config.role) && config.database.kind !== 'postgres')
    throw new ConfigError(
      `PUMPHANDLE_ROLE is ${config.role}, which needs PostgreSQL: set PUMPHANDLE_DATABASE to a postgres:// address that all of them share.`,
    )
  if (config.backup && config.database.kind === 'postgres')
    throw new ConfigError(
      'PUMPHANDLE_BACKUP_DIR is for a SQLite database; copy PostgreSQL with its own pg_dump or pg_basebackup.',
    )
  if (config.tls === undefined && !config.trustProxy && !LOOPBACK.test(config.host))
    throw new ConfigError(
      `PUMPHANDLE_HOST is ${config.host}, which others can reach: set PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY, or PUMPHANDLE_TRUST_PROXY=1 where a proxy in front ends TLS.`,
    )
  if (config.role === 'commons' && config.commonsMembers === undefined)
    throw new ConfigError(
      'PUMPHANDLE_ROLE is commons: set PUMPHANDLE_COMMONS_MEMBERS to a file with a line for each organisation, its key, a blank, its name.',
    )
  if (config.retentionBytes !== undefined && config.database.kind === 'postgres')
    throw new ConfigError(
      'PUMPHANDLE_RETENTION_GB bounds a SQLite file; with PostgreSQL set PUMPHANDLE_RETENTION_DAYS instead.',
    )
  return config
}

/** Variables of other programs: the command line, and the agent. */
const OF_OTHERS = /^PUMPHANDLE_(URL|TOKEN|AGENT_.*|BENCH_.*)$/

/** A setting that is misspelt is one that is not set, on the day that it matters. @throws ConfigError */
function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  const known: string[] = Object.values(OPTIONS).map((o) => o.name)
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('PUMPHANDLE_') && !known.includes(name) && !OF_OTHERS.test(name),
  )
  if (unknown.length === 0) return
  const is = unknown.length === 1 ? 'is no setting' : 'are no settings'
  throw new ConfigError(`${unknown.join(', ')} ${is} of the collector; take it away, or see --help for what there is.`)
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    Object.values(OPTIONS).map((o) => [flagOf(o).slice(2), { type: 'string' } as const]),
  )
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Record<string, string | undefined>
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split(/\.(?: |$)|\n/m)[0]}; --help lists the flags.`, {
      cause: error,
    })
  }
}

function readDatabase(text: string, dataDir: string): DatabaseAddress {
  if (/^postgres(ql)?:\/\//.test(text)) return { kind: 'postgres', url: text }
  if (text.includes('://'))
    throw new ConfigError('PUMPHANDLE_DATABASE is no address that is known; set a postgres:// address or a file name.')
  return { kind: 'sqlite', file: text === '' ? join(dataDir, 'pumphandle.db') : resolve(text) }
}

function readTls(certFile: string, keyFile: string): Config['tls'] {
  if (certFile === '' && keyFile === '') return undefined
  if (certFile === '' || keyFile === '')
    throw new ConfigError('Set both PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY, or neither.')
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
}

/** The beginning of a day, UTC; never where none is named. */
function readDay(o: Option, text: string): number {
  if (text === '') return Number.POSITIVE_INFINITY
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new ConfigError(`${o.name} is "${text}"; set a day such as 2027-06-30.`)
  return at
}

function readMail(server: string, from: string): Config['mail'] {
  if (server === '' && from === '') return undefined
  if (server === '' || from === '')
    throw new ConfigError('Set both PUMPHANDLE_SMTP and PUMPHANDLE_MAIL_FROM, or neither.')
  // the address may hold a password: it is not repeated
  if (!URL.canParse(server) || !/^smtps?:$/.test(new URL(server).protocol))
    throw new ConfigError(
      'PUMPHANDLE_SMTP is no address of a mail server; set one such as smtps://user:password@mail.example:465.',
    )
  return { server, from }
}

function readUrl(o: Option, text: string): string | undefined {
  if (text === '') return undefined
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError(`${o.name} is "${text}"; set an address such as https://fleet.example.`)
  return text.replace(/\/+$/, '')
}

function readBreakGlass(text: string, hasProvider: boolean): string[] | undefined {
  if (text === '') return undefined
  if (!hasProvider) throw new ConfigError('PUMPHANDLE_BREAK_GLASS is for collectors with PUMPHANDLE_OIDC_ISSUER.')
  return text.split(',').map((email) => email.trim().toLowerCase())
}

function readSyslog(text: string): string | undefined {
  if (text === '') return undefined
  if (URL.canParse(text) && /^syslog\+(tls|tcp):$/.test(new URL(text).protocol) && new URL(text).hostname !== '')
    return text
  throw new ConfigError(
    'PUMPHANDLE_AUDIT_SYSLOG is no address; set one such as syslog+tls://siem.example:6514, or syslog+tcp://siem.example:601.',
  )
}

function readOtlp(url: string | undefined, headers: string): Config['otlp'] {
  if (url === undefined) {
    if (headers !== '') throw new ConfigError('PUMPHANDLE_OTLP_HEADERS is for collectors with PUMPHANDLE_OTLP_URL.')
    return undefined
  }
  const pairs = headers.split(',').filter((pair) => pair.trim() !== '')
  const read = pairs.map((pair) => {
    const [, name, value] = /^\s*([\w-]+)=([\x20-\x7e]+)$/.exec(pair) ?? []
    // it may be a secret: it is not repeated
    if (name === undefined || value === undefined)
      throw new ConfigError('PUMPHANDLE_OTLP_HEADERS is no list; set name=value, with commas between.')
    return [name, value] as const
  })
  return { url, headers: Object.fromEntries(read) }
}

function readWatchdog(text: string): string | undefined {
  if (text === '') return undefined
  // the address may hold a secret: it is not repeated
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ConfigError('PUMPHANDLE_WATCHDOG_URL is no address; set one such as https://hc.example/ping/1234.')
  return text
}

function readCommons(text: string): string | undefined {
  if (text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    throw new ConfigError(`PUMPHANDLE_COMMONS_URL is "${text}"; set an address such as https://commons.example.`)
  return text.replace(/\/+$/, '')
}

function readOneOf<T extends string>(o: Option, text: string, values: readonly T[]): T {
  const found = values.find((v) => v === text)
  if (found === undefined) throw new ConfigError(`${o.name} is "${text}"; set one of ${values.join(', ')}.`)
  return found
}

function readTimeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: text }).resolvedOptions().timeZone
  } catch (error) {
    throw new ConfigError(`PUMPHANDLE_TIME_ZONE is "${text}"; set a zone such as Europe/London.`, { cause: error })
  }
}

/** Where the key that seals lies, unless somebody says otherwise. */
export function sealKeyIn(dataDir: string): string {
  return join(dataDir, 'seal.key')
}
