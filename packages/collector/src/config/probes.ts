import { MAX_PROBES, ProbeTarget } from '@pumphandle/shared/wire'
import { ConfigError } from './config.ts'

/** Seconds between probes of one target by one machine: 100,000 machines make 1,700 a second of it. */
const INTERVAL_SECONDS = 60
const PORTS = { https: 443, tls: 443, tcp: 0 } as const

/**
 * Reads `EMIS Web=https://emis.example/health,Spine=tls://spine.example:443`.
 * @throws ConfigError that names the part that is wrong.
 */
export function readProbes(text: string): ProbeTarget[] {
  const parts = text
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '')
  if (parts.length > MAX_PROBES)
    throw new ConfigError(`PUMPHANDLE_PROBES names ${parts.length} services; name at most ${MAX_PROBES}.`)
  return parts.map(readProbe)
}

function readProbe(part: string): ProbeTarget {
  const match = /^(?<name>[^=]+)=(?<kind>https|tls|tcp):\/\/(?<host>[^/:]+)(?::(?<port>\d+))?(?<path>\/.*)?$/.exec(part)
  const { name, kind, host, port, path } = match?.groups ?? {}
  const target = ProbeTarget.safeParse({
    name: name?.trim(),
    kind,
    host,
    port: Number(port ?? PORTS[kind as keyof typeof PORTS]),
    ...(path === undefined ? {} : { path }),
    intervalSeconds: INTERVAL_SECONDS,
  })
  if (!target.success)
    throw new ConfigError(
      `PUMPHANDLE_PROBES has "${part}"; write name=https://host/path, name=tls://host:port or name=tcp://host:port.`,
    )
  return target.data
}
