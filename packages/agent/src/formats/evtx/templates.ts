import type { ChunkXml } from './binxml.ts'
import { VALUE } from './values.ts'

/** Providers (lower case) and their event ids; other events are skipped without rendering them. */
export type WantedEvents = ReadonlyMap<string, ReadonlySet<number>>

/** What a template tells of its events: that none is wanted, which may be, or nothing. */
type Decision = 'none' | 'unknown' | Wanted

interface Wanted {
  /** The ids that may be wanted. */
  ids: ReadonlySet<number>
  /** Which of a record's values is the id. */
  idAt: number
  /** Which is the provider; undefined where the template names it, and these are its ids. */
  providerAt?: number
}

/** What was decided of a template, and the bytes in each of its copies by which it was. */
interface Known {
  marks: readonly Buffer[]
  decision: Decision
}

/** Templates of a log; Windows' own logs have below 300. More come from damaged bytes. */
const MAX_KNOWN = 1_000

/** Tells from a template which of its events are wanted, so that most records cost a few bytes' reading. */
export class Templates {
  readonly #wanted: WantedEvents | undefined
  readonly #anyIds: ReadonlySet<number>
  /** By the template's GUID: each chunk of a log has its own copies. */
  readonly #known = new Map<string, Known>()

  constructor(wanted: WantedEvents | undefined) {
    this.#wanted = wanted
    this.#anyIds = new Set([...(wanted?.values() ?? [])].flatMap((ids) => [...ids]))
  }

  /** Whether all events are wanted. */
  get areAllWanted(): boolean {
    return this.#wanted === undefined
  }

  /**
   * @param definition where the template stands in the chunk
   * @throws BinXmlError or RangeError on damaged bytes
   */
  decide(xml: ChunkXml, definition: number): Decision {
    if (this.#wanted === undefined) return 'unknown'
    const guid = xml.guidOf(definition)
    const known = this.#known.get(guid)
    if (known?.marks.every((mark) => xml.holds(definition, mark))) return known.decision
    const provider = xml.providerOf(definition)
    const decision = this.#decide(xml, definition, provider, this.#wanted)
    if (provider !== undefined && this.#known.size < MAX_KNOWN)
      this.#known.set(guid, { marks: marksOf(provider, decision), decision })
    return decision
  }

  #decide(xml: ChunkXml, definition: number, provider: string | number | undefined, wanted: WantedEvents): Decision {
    const ids = typeof provider === 'string' ? wanted.get(provider.toLowerCase()) : this.#anyIds
    if (ids === undefined) return 'none'
    const idAt = xml.eventIdOf(definition)
    if (provider === undefined || idAt === undefined) return 'unknown'
    return { ids, idAt, ...(typeof provider === 'number' && { providerAt: provider }) }
  }

  isWanted(provider: string, eventId: number): boolean {
    return this.#wanted === undefined || this.#wanted.get(provider.toLowerCase())?.has(eventId) === true
  }
}

function marksOf(provider: string | number, decision: Decision): Buffer[] {
  const name = typeof provider === 'string' ? literal(provider) : place(provider, VALUE.string)
  return typeof decision === 'string' ? [name] : [name, place(decision.idAt, VALUE.uint16)]
}

/** A text as a template holds it: a string value with its length in front. */
function literal(text: string): Buffer {
  const head = Buffer.of(0x05, VALUE.string, text.length & 0xff, text.length >> 8)
  return Buffer.concat([head, Buffer.from(text, 'utf16le')])
}

/** A place that a record fills, as a template holds it. */
function place(index: number, type: number): Buffer {
  return Buffer.of(index & 0xff, index >> 8, type)
}
