import { setTimeout as wait } from 'node:timers/promises'
import { ENROL_PATH, type EnrolRequest, EnrolResponse } from '@pumphandle/shared/wire'
import type { Places } from '../sinks/places.ts'
import { AGENT_VERSION } from '../sinks/speech.ts'
import type { Fleet } from '../world/fleet.ts'
import type { Credentials } from './credentials.ts'

const AT_ONCE = 8
const DEFAULT_RETRY_S = 10
/** Times that a collector may ask to come back later for one machine: at 600 a minute, an hour's worth. */
const MAX_RETRIES = 120

export interface EnrolFleetOptions {
  readonly collector: string
  readonly token: string
  readonly fleet: Fleet
  readonly places: Places
  readonly credentials: Credentials
  readonly onProgress?: (enrolled: number) => void
}

/**
 * Enrols every machine that has no identity yet, over HTTP as agents do, as fast as the collector lets it.
 * @throws Error, one sentence, when the collector cannot be reached or refuses the token
 */
export async function enrolFleet(options: EnrolFleetOptions): Promise<void> {
  const { fleet, credentials } = options
  const strangers = Array.from({ length: fleet.machines }, (_, i) => i).filter((i) => !credentials.get(i))
  let next = 0
  const work = async () => {
    while (next < strangers.length) {
      const machine = strangers[next++]!
      credentials.set(machine, await enrolOne(machine, options))
      options.onProgress?.(next)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    credentials.save()
  }
}

async function enrolOne(machine: number, { collector, token, fleet, places }: EnrolFleetOptions) {
  const request: EnrolRequest = {
    computerName: places.computerName(machine),
    site: places.siteCode(fleet.siteOf[machine]!),
    agentVersion: AGENT_VERSION,
  }
  for (let attempt = 0; attempt < MAX_RETRIES; attempt++) {
    const response = await post(`${collector}${ENROL_PATH}`, token, request)
    if (response.status === 201) return EnrolResponse.parse(await response.json())
    const detail = await response.text()
    if (response.status !== 429 && response.status !== 503) {
      throw new Error(`The collector refused to enrol a machine (${response.status}): ${detail.slice(0, 300)}`)
    }
    await wait(1000 * (Number(response.headers.get('retry-after')) || DEFAULT_RETRY_S))
  }
  throw new Error('The collector kept asking to come back later; try with fewer machines.')
}

async function post(url: string, token: string, body: EnrolRequest): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch (error) {
    const cause = (error as Error).cause
    throw new Error(`${url} cannot be reached: ${cause instanceof Error ? cause.message : String(error)}`, {
      cause: error,
    })
  }
}
