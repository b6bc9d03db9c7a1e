import type { Role as PeoplesRole, Places } from '@pumphandle/shared/api'
import type { ProbeTarget } from '@pumphandle/shared/wire'
import type { DatabaseAddress } from '../store/index.ts'

/**
 * What this process is: a collector whole; or one of those that share its work over PostgreSQL, where an edge holds agents'
 * connections, a brain judges and answers, and a serve hands pages' requests to the active brain; or the server of a
 * commons (docs/commons.md).
 */
export const ROLES = ['all', 'edge', 'brain', 'serve', 'commons'] as const
type Role = (typeof ROLES)[number]

/** What members of a group may. */
export interface Grant {
  readonly group: string
  readonly role: PeoplesRole
  /** Null: the whole fleet. */
  readonly places: Places | null
}

/** Sign-in with the organisation's accounts. */
export interface OidcConfig {
  readonly issuer: URL
  readonly clientId: string
  readonly clientSecret: string
  /** What the button says. */
  readonly name: string
  readonly scope: string
  /** The claim that has a person's groups or roles. */
  readonly groupsClaim: string
  /** Asked for as acr_values, and required of the answer; empty: any. */
  readonly acr: string
  readonly grants: readonly Grant[]
}

/** Whom requests may come from: a proxy that is trusted, by its address or its network. */
export interface Proxies {
  /** A proxy in front ends TLS and sets X-Forwarded-For and X-Forwarded-Proto. */
  readonly trustProxy: boolean
  /** Its addresses and networks, as `10.0.0.5` and `10.0.0.0/24`; empty: whoever reaches the port. */
  readonly proxies: readonly string[]
}

/** Everything that is decided before the collector starts. ./options.ts says how each is set. */
export interface Config extends Proxies {
  readonly role: Role
  /** Where edges and serves reach a brain, without a slash at the end; absent: where it listens. */
  readonly peerUrl: string | undefined
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly dataDir: string
  readonly database: DatabaseAddress
  /** Keys that seal what the database must not tell, the newest first; made where there is none. */
  readonly sealKeyFile: string
  /** Files in PEM. Absent: plain HTTP, on loopback only or behind a trusted proxy. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  /** Agents are let in only where their TLS ends at this collector. */
  readonly boundLinesOnly: boolean
  /** From then on agents that have a secret in place of a key are refused; ms epoch, or never. */
  readonly secretsUntil: number
  /** As people and agents write it, without a slash at the end; absent: made from host and port. */
  readonly publicUrl: string | undefined
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Seconds between heartbeats that agents are asked for. */
  readonly heartbeatSeconds: number
  /** Seconds without a frame and without a goodbye after which a machine is dark. */
  readonly silenceSeconds: number
  readonly bootLoop: { readonly boots: number; readonly minutes: number }
  /** False incidents per fleet-year that the detector may raise. */
  readonly alarmBudget: number
  readonly probes: readonly ProbeTarget[]
  /**
   * Processes that hold the connections and end TLS; 0: this one does. A process may often open 20,000 files, and a TLS
   * handshake costs a millisecond of a core.
   */
  readonly gateways: number
  /** Agents' connections that one process holds at once; more are told to come back. */
  readonly maxConnections: number
  /** Sends channels' email; the address may hold a password. */
  readonly mail: { readonly server: string; readonly from: string } | undefined
  /** Asked each minute while all is well, so that somebody else notices silence; it may hold a secret. */
  readonly watchdogUrl: string | undefined
  /** Where traces and logs are sent by OTLP over HTTP, without a slash at the end; headers may hold a secret. */
  readonly otlp: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined
  /** Sign-in with the organisation's accounts. */
  readonly oidc: OidcConfig | undefined
  /** Who may sign in with a password where there is a provider; undefined: everybody who has one. */
  readonly breakGlass: readonly string[] | undefined
  /** The organisation's SIEM, which takes each line of the audit log. */
  readonly auditSyslog: string | undefined
  /** Days that events are kept. */
  readonly retentionDays: number
  /** Copies of the database by themselves; undefined: none. */
  readonly backup: { readonly folder: string; readonly hours: number; readonly keep: number } | undefined
  /** Bytes that the database may take, where the oldest events go before the disk is full. */
  readonly retentionBytes: number | undefined
  /** The address of a commons that this collector takes part in, without a slash at the end; undefined: none. */
  readonly commons: string | undefined
  /** With the role `commons`: the file of those who may take part. */
  readonly commonsMembers: string | undefined
  /** IANA time zone that opening hours are read in. */
  readonly timeZone: string
  /** The screen says that machines are simulated. */
  readonly demo: boolean
}

/** One sentence that says what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
