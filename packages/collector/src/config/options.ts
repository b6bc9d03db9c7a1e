import { DEFAULT_HEARTBEAT_SECONDS } from '@pumphandle/shared/wire'

/** One thing that can be set: by environment variable, or by the flag of the same name (PUMPHANDLE_TLS_CERT: --tls-cert). */
export interface Option {
  readonly name: string
  readonly fallback: string
  readonly says: string
}

export const OPTIONS = {
  role: option(
    'ROLE',
    'all',
    'all: a collector; of several computers over PostgreSQL: edge, brain, serve; commons: a server through which collectors of organisations warn each other',
  ),
  peerUrl: option('PEER_URL', '', 'brain: address at which edges and serves reach it; empty: where it listens'),
  host: option('HOST', '127.0.0.1', 'address to listen on; other than loopback needs TLS or --trust-proxy'),
  port: option('PORT', '8854', 'port to listen on; 0 takes a free one'),
  data: option('DATA', './data', 'folder for the database and everything else that is kept'),
  database: option('DATABASE', '', 'SQLite file or postgres:// address; empty: pumphandle.db in the data folder'),
  sealKey: option(
    'SEAL_KEY',
    '',
    "file of the key that seals apps' and channels' secrets in the database; empty: seal.key in the data folder",
  ),
  tlsCert: option('TLS_CERT', '', 'certificate file (PEM)'),
  tlsKey: option('TLS_KEY', '', 'key file of the certificate (PEM)'),
  trustProxy: option(
    'TRUST_PROXY',
    '0',
    'addresses of the proxies in front that end TLS and set X-Forwarded-For; 1: whoever reaches the port',
  ),
  boundLines: option(
    'BOUND_LINES',
    '0',
    '1: only agents whose TLS ends here are let in, none through a device or proxy that opens it',
  ),
  secretsUntil: option(
    'SECRETS_UNTIL',
    '',
    'day from which agents of protocol 1, which have a secret and no key, are refused, such as 2027-06-30; empty: none',
  ),
  publicUrl: option('PUBLIC_URL', '', 'address as people and agents write it, such as https://fleet.example'),
  logLevel: option('LOG_LEVEL', 'info', 'trace, debug, info, warn, error or silent'),
  heartbeat: option('HEARTBEAT_SECONDS', String(DEFAULT_HEARTBEAT_SECONDS), 'seconds between heartbeats, 5 to 300'),
  silence: option('SILENCE_SECONDS', '', 'silence after which a machine is dark; empty: 2.67 heartbeats'),
  loopBoots: option('BOOT_LOOP_BOOTS', '3', 'unclean boots that make a boot loop'),
  loopMinutes: option('BOOT_LOOP_MINUTES', '30', 'minutes within which they fall'),
  alarmBudget: option('ALARM_BUDGET', '1', 'false incidents per fleet-year that may be raised, 0.05 to 50'),
  probes: option(
    'PROBES',
    '',
    'services to probe: name=https://host/path, tls://host:port or tcp://host:port, comma between',
  ),
  gateways: option('GATEWAYS', '0', 'processes that hold the connections; 0: this one does, for up to 18,000 agents'),
  maxConnections: option(
    'MAX_CONNECTIONS',
    '18000',
    'agents connected to one process at once; it may often open 20,000 files',
  ),
  smtp: option(
    'SMTP',
    '',
    'server for email: smtps://user:password@host:465 or smtp://host:587, which must offer TLS unless it is this computer',
  ),
  mailFrom: option('MAIL_FROM', '', 'sender of email, such as Pumphandle <pumphandle@icb.example>'),
  watchdog: option(
    'WATCHDOG_URL',
    '',
    'address asked each minute while all is well; a service such as Healthchecks alarms when it is not',
  ),
  otlpUrl: option(
    'OTLP_URL',
    '',
    'where traces and logs are sent by OpenTelemetry (OTLP over HTTP), such as http://otel.example:4318; empty: nowhere',
  ),
  otlpHeaders: option('OTLP_HEADERS', '', 'headers for it, such as authorization=Bearer abc; comma between'),
  oidcIssuer: option('OIDC_ISSUER', '', "the organisation's provider of sign-ins (OpenID Connect); empty: none"),
  oidcClientId: option('OIDC_CLIENT_ID', '', 'what the provider knows this collector as'),
  oidcClientSecret: option('OIDC_CLIENT_SECRET', '', 'and its secret'),
  oidcName: option('OIDC_NAME', 'your organisation', 'what the button says: Sign in with ...'),
  oidcScope: option('OIDC_SCOPE', 'openid profile email', 'what is asked for'),
  oidcGroupsClaim: option('OIDC_GROUPS_CLAIM', 'groups', "the claim that has a person's groups"),
  oidcAcr: option(
    'OIDC_ACR',
    '',
    'how strongly a person must have proved themselves (acr); empty: as the provider does',
  ),
  oidcGroups: option('OIDC_GROUPS', '', 'file (JSON) that says which group gives which role and places'),
  breakGlass: option(
    'BREAK_GLASS',
    '',
    'addresses, comma between, that alone may sign in with a password where the provider is set; empty: all',
  ),
  auditSyslog: option(
    'AUDIT_SYSLOG',
    '',
    'where each line of the audit log is sent: syslog+tls://host:6514 or syslog+tcp://host:601',
  ),
  retention: option('RETENTION_DAYS', '400', 'days that events are kept'),
  backupDir: option(
    'BACKUP_DIR',
    '',
    'folder that copies of the database are written to, on another disk; empty: none',
  ),
  backupHours: option('BACKUP_HOURS', '24', 'hours between two copies'),
  backupKeep: option('BACKUP_KEEP', '7', 'copies that are kept'),
  retentionGb: option(
    'RETENTION_GB',
    '',
    'gigabytes that the SQLite file may take: then the oldest events go before their days are over, never the last week; empty: any number',
  ),
  commons: option(
    'COMMONS_URL',
    '',
    'commons in which organisations warn each other, such as https://commons.example; empty: nothing leaves the house',
  ),
  commonsMembers: option(
    'COMMONS_MEMBERS',
    '',
    'with --role commons: file of the organisations that take part, a key and a name on each line',
  ),
  timeZone: option('TIME_ZONE', 'Europe/London', 'time zone of opening hours'),
  demo: option('DEMO', '0', '1: the screen says that this is a demo fleet'),
} as const satisfies Record<string, Option>

function option(name: string, fallback: string, says: string): Option {
  return { name: `PUMPHANDLE_${name}`, fallback, says }
}

export function flagOf(o: Option): string {
  return `--${o.name.slice('PUMPHANDLE_'.length).toLowerCase().replaceAll('_', '-')}`
}

/** A line for each option, for `--help`. */
export function optionsHelp(): string {
  return Object.values(OPTIONS)
    .map((o) => `  ${flagOf(o).padEnd(22)} ${o.says}${o.fallback === '' ? '' : ` (${o.fallback})`}`)
    .join('\n')
}
