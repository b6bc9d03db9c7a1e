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

/** @throws Refusal 400 for a place that no practice is or lies in: a code that is mistyped would see nothing, or something later */
export function checkPlaces(places: Places | null, all: Iterable<PracticeEntry>): void {
  if (!places) return
  const entries = [...all]
  const unknown = (codes: readonly string[], of: (entry: PracticeEntry) => string | null) =>
    codes.find((code) => !entries.some((entry) => of(entry) === code))
  const wrong =
    unknown(places.practices, (entry) => entry.code) ??
    unknown(places.networks, (entry) => entry.pcnCode) ??
    unknown(places.regions, (entry) => entry.regionCode)
  if (wrong !== undefined)
    throw new Refusal(
      'malformed',
      'Unknown place',
      `No practice is, or lies in, ${wrong}. Import practices first, and write the code as their file has it.`,
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
