import * as z from 'zod/mini'

const Codes = z.array(z.string())
const StoredPlaces = z.object({ regions: Codes, networks: Codes, practices: Codes, tags: z._default(Codes, []) })

/** What is set of a channel beside its name and address. */
export const ChannelOptions = z.object({
  /** What signs a webhook's messages, or the key that a service gave. */
  secret: z._default(z.string(), ''),
  /** For how long nobody must have acknowledged an incident before this channel is told; 0: it is told at once. */
  afterMinutes: z._default(z.number(), 0),
  /** When it is left in peace, `22:00-07:00` in the collector's time zone, except for the worst; empty: never. */
  quiet: z._default(z.string(), ''),
  /** How long an incident must last before its beginning is told; 0: it is told at once. */
  downMinutes: z._default(z.number(), 0),
  /** How long an incident must stay contained or over before that is told: what comes back meanwhile never ended. */
  backMinutes: z._default(z.number(), 5),
  /** When what is not of the worst is told in one message a day, `08:00`; empty: each by itself. */
  digest: z._default(z.string(), ''),
  /** Of which places it is told, and with the numbers of these alone; null: of the whole fleet. */
  places: z._default(z.nullable(StoredPlaces), null),
  /** Of which machines it is told, as a query, and with the numbers of these alone; empty: of all. */
  q: z._default(z.string(), ''),
})
export type ChannelOptions = z.infer<typeof ChannelOptions>

/** Of what a channel is told. */
export type ChannelScope = Pick<ChannelOptions, 'places' | 'q'>
export const WHOLE_FLEET: ChannelScope = { places: null, q: '' }
export const isWholeFleet = ({ places, q }: ChannelScope): boolean => places === null && q === ''
