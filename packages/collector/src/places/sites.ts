import type { Places } from '@pumphandle/shared/api'
import { keptTags } from '@pumphandle/shared/words'
import { Refusal } from '../model/refusal.ts'
import type { PracticeEntry } from '../store/practice-book.ts'

/** The practices of some places, by row; read again when somebody says that practices changed. */
export class Sites {
  readonly places: Places
  readonly #all: () => Iterable<PracticeEntry>
  #ids = new Set<number>()

  constructor(places: Places, all: () => Iterable<PracticeEntry>) {
    this.places = places
    this.#all = all
    this.read()
  }

  get ids(): ReadonlySet<number> {
    return this.#ids
  }

  has(site: number): boolean {
    return this.#ids.has(site)
  }

  read(): void {
    this.#ids = new Set([...this.#all()].filter((entry) => isIn(this.places, entry)).map(({ id }) => id))
  }
}

function isIn(
  { regions, networks, practices, tags }: Places,
  { code, regionCode, pcnCode, tags: has }: PracticeEntry,
): boolean {
  return (
    practices.includes(code) ||
    (regionCode !== null && regions.includes(regionCode)) ||
    (pcnCode !== null && networks.includes(pcnCode)) ||
    keptTags(has).some((tag) => tags.includes(tag))
  )
}

/** Whether whoever has `mine` may give `theirs` away: nothing that is not theirs now, nor becomes theirs by itself. */
export function covers(mine: Places | null, theirs: Places | null, all: () => Iterable<PracticeEntry>): boolean {
  if (mine === null) return true
  if (theirs === null) return false
  const sites = new Sites(mine, all)
  const asked = new Sites(theirs, all)
  return (
    theirs.regions.every((code) => mine.regions.includes(code)) &&
    theirs.networks.every((code) => mine.networks.includes(code) || mine.regions.length > 0) &&
    theirs.tags.every((tag) => mine.tags.includes(tag)) &&
    [...asked.ids].every((id) => sites.has(id)) &&
    theirs.practices.every((code) => [...all()].some((entry) => entry.code === code && sites.has(entry.id)))
  )
}

/**
 * The places by their codes, where somebody wrote the names that pages show: of what is written without its kind a region's or
 * network's name too. A name that two have is left as it is, and unknown.
 */
export function placesByName(places: Places | null, all: Iterable<PracticeEntry>): Places | null {
  if (!places) return null
  const entries = [...all]
  const codeOf = (text: string, code: Of, name: Of): string | undefined => {
    const same = (of: string | null) => of?.toLowerCase() === text.toLowerCase()
    const codes = new Set(entries.filter((entry) => same(code(entry))).map(code))
    if (codes.size === 0) for (const entry of entries) if (same(name(entry))) codes.add(code(entry))
    const [only] = codes
    return codes.size === 1 ? (only ?? undefined) : undefined
  }
  const found: Places = { regions: [], networks: [], practices: [], tags: places.tags }
  const region = (text: string) => codeOf(text, PLACE.region, (entry) => entry.regionName)
  const network = (text: string) => codeOf(text, PLACE.network, (entry) => entry.pcnName)
  for (const text of places.regions) found.regions.push(region(text) ?? text)
  for (const text of places.networks) found.networks.push(network(text) ?? text)
  for (const text of places.practices) {
    const practice = codeOf(text, PLACE.practice, (entry) => entry.name)
    const [inRegion, inNetwork] = practice === undefined ? [region(text), network(text)] : []
    if (inRegion !== undefined) found.regions.push(inRegion)
    else if (inNetwork !== undefined) found.networks.push(inNetwork)
    else found.practices.push(practice ?? text)
  }
  return found
}

type Of = (entry: PracticeEntry) => string | null
const PLACE = {
  practice: (entry: PracticeEntry) => entry.code,
  network: (entry: PracticeEntry) => entry.pcnCode,
  region: (entry: PracticeEntry) => entry.regionCode,
}

/** @throws Refusal 400 for a place that no practice is or lies in: a code that is mistyped would see nothing, or something later */
export function checkPlaces(places: Places | null, all: Iterable<PracticeEntry>): void {
  if (!places) return
  const entries = [...all]
  const unknown = (codes: readonly string[], of: Of) =>
    codes.find((code) => !entries.some((entry) => of(entry) === code))
  const wrong =
    unknown(places.practices, PLACE.practice) ??
    unknown(places.networks, PLACE.network) ??
    unknown(places.regions, PLACE.region)
  if (wrong !== undefined)
    throw new Refusal(
      'malformed',
      'Unknown place',
      `No practice is, or lies in, ${wrong}. Import practices first, and write the code or the whole name as their file has it.`,
    )
  const tag = places.tags.find((one) => !entries.some(({ tags }) => keptTags(tags).includes(one)))
  if (tag !== undefined)
    throw new Refusal('malformed', 'Unknown tag', `No practice has the tag ${tag}. Put it on practices first.`)
  if (places.tags.length + places.practices.length + places.networks.length + places.regions.length === 0)
    throw new Refusal(
      'malformed',
      'No place',
      'Name at least one region, network, practice or tag, or take the whole fleet.',
    )
}
