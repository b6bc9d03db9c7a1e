import type { Evidence } from '../counts/evidence.ts'
import type { Books, Candidate } from '../suspects/candidate.ts'
import {
  type ExposedSample,
  exposedSample,
  findPartner,
  hasPart,
  isSparedWithout,
  type Moment,
  type Partner,
} from '../suspects/partners.ts'
import { type Ranking, rankSuspects } from '../suspects/ranking.ts'
import { sparedGroups } from '../suspects/spared.ts'
import { PER_TIME } from '../words/classes.ts'
import type { FailureRecord } from '../words/failure.ts'
import type { FactId, MachineId } from '../words/ids.ts'
import { ruleOf } from '../words/subject.ts'
import { type Incident, restsOnFormer } from './incident.ts'

/** Another suspect must be better by this much (natural log), or this share of the score. */
const CHANGE_MARGIN = 5
const CHANGE_SHARE = 0.05

/** Of a pair, one that came this many times more recently is what changed. */
const NEWER = 4

/**
 * A product overtakes a version of its own that has just come where it explains so many failures more, and this share
 * more: bad content may be gone before a victim can tell that it had it.
 */
const LEAST_BEYOND = 2
const LEAST_SHARE_BEYOND = 1 / 3

/** Candidates kept with an incident, for the explanation and for telling twins. */
const CANDIDATES_KEPT = 16

/**
 * The best of the candidates; but a version that was there for weeks, and did no harm, is the condition at most where one that
 * came to the same machines minutes before explains them nearly as well: content crashes the driver of another product.
 */
function likeliest(candidates: readonly Candidate[]): Candidate | undefined {
  const [best] = candidates
  if (!best?.isOld) return best
  const justCame = candidates.find(
    ({ reasons, covers, score }) =>
      reasons.includes('changed-minutes-before') && covers >= best.covers && score >= best.score - CHANGE_MARGIN,
  )
  return justCame ?? best
}

/** What a suspect's partner is found from. */
interface Material {
  readonly failures: readonly FailureRecord[]
  readonly sample: ExposedSample
  readonly moment: Moment
}

/** Which fact an incident blames, together with which partner, and which groups are spared. Seconds epoch. */
export class Naming {
  readonly #context: Books & { readonly evidence: Evidence }
  readonly #incidents: () => readonly Incident[]

  /** @param incidents all of them, for what others explain is left out */
  constructor(context: Books & { readonly evidence: Evidence }, incidents: () => readonly Incident[]) {
    this.#context = context
    this.#incidents = incidents
  }

  /** Names the suspect that explains best, with the partner without which it does no harm, and the groups it spares. */
  name(incident: Incident, now: number, first: boolean): void {
    incident.dirty = false
    incident.rankedAt = now
    incident.rankedWith = incident.affected.size
    const question = {
      incident: incident.id,
      related: this.#related(incident),
      open: new Set(this.#incidents().flatMap((i) => (i.open ? [i.id] : []))),
      subject: incident.test.subject,
      flagged: incident.test.fact,
      formerly: restsOnFormer(incident.test.window),
      firstFailure: incident.firstFailure,
    }
    const ranking = rankSuspects(question, this.#context.evidence, this.#context, now)
    const best = ranking && likeliest(ranking.candidates)
    if (!best) return
    incident.candidates = ranking.candidates.slice(0, CANDIDATES_KEPT)
    const current = ranking.candidates.find((c) => c.fact === incident.fact)
    const rival = ranking.candidates.find((c) => c.fact === incident.partner?.fact)
    // Suspect and partner were chosen together: neither is a reason to drop the other. What speaks for the partner among
    // the suspect's machines speaks for the pair, so a rival is weighed with the partner that it would have.
    const pair = (current?.score ?? Number.NEGATIVE_INFINITY) + (incident.partner?.score ?? 0)
    const standing = Math.max(pair, rival?.score ?? Number.NEGATIVE_INFINITY)
    const challenge =
      best.fact === incident.fact ? pair : best.score + this.#partnerScore(incident, best.fact, ranking, now)
    const isBetter = challenge > standing + Math.max(CHANGE_MARGIN, CHANGE_SHARE * standing)
    // Machines that do not come back keep the versions of that hour while the well ones move on, so that an old version
    // seems to explain ever better; and what was there for weeks, and did no harm, is the condition at most: it does not
    // overtake what had just changed.
    const isSurvivor = current?.isNew === true && best.isOld
    const isNoMore = current?.isNew === true && this.#isHardlyMore(best.fact, incident.fact, ranking)
    if (first || (isBetter && !isSurvivor && !isNoMore)) {
      if (incident.fact !== best.fact) incident.partner = null
      incident.fact = best.fact
      incident.formerly = restsOnFormer(best.window)
    }
    this.#nameCompanions(incident, ranking, now)
    if (incident.suspects.at(-1) !== incident.fact) incident.suspects.push(incident.fact)
  }

  /** Whether a fact is the product of a version, and has hardly a failure that the version has not. */
  #isHardlyMore(product: FactId, version: FactId, { failures }: Ranking): boolean {
    if (!this.#context.ledger.facts.isProductOf(product, version)) return false
    const covered = failures.filter((r) => r.facts.includes(version)).length
    const beyond = failures.filter((r) => r.facts.includes(product) && !r.facts.includes(version)).length
    return beyond < Math.max(LEAST_BEYOND, LEAST_SHARE_BEYOND * covered)
  }

  /**
   * Open incidents that blame the same component: a fault of the product, or of a patch with it, shows first as one of
   * its content's versions and then as one of another's. Only all of them together tell.
   */
  #related(incident: Incident): Set<number> {
    const { facts } = this.#context.ledger
    const blamed = (i: Incident) =>
      new Set([i.fact, ...(i.partner ? [i.partner.fact] : [])].map((f) => facts.get(f).name))
    const mine = blamed(incident)
    const others = this.#incidents().filter((i) => i !== incident && i.open)
    return new Set(others.filter((i) => [...blamed(i)].some((name) => mine.has(name))).map((i) => i.id))
  }

  /** Failures of a suspect, and a sample of its exposed machines, without those that are another incident's. */
  #material(incident: Incident, fact: FactId, ranking: Ranking, now: number): Material {
    const { fleet } = this.#context
    const others = this.#incidents().filter((i) => i !== incident && i.open && i.fact !== fact)
    const isOthers = (m: MachineId) => others.some((o) => fleet.inventory.arrival(m, o.fact) !== null)
    const failures = ranking.failures.filter((r) => r.facts.includes(fact) && !isOthers(r.machine))
    const failed = new Set(failures.map((r) => r.machine))
    const moment = { now, age: usualAge(ranking, fact) }
    const sample = exposedSample(fleet, fact, moment, (m) => failed.has(m) || incident.affected.has(m), isOthers)
    return { failures, sample, moment }
  }

  #partnerScore(incident: Incident, fact: FactId, ranking: Ranking, now: number): number {
    const { failures, sample } = this.#material(incident, fact, ranking, now)
    return findPartner(this.#context.ledger.facts, fact, failures, sample)?.score ?? 0
  }

  #nameCompanions(incident: Incident, ranking: Ranking, now: number, condition: Partner | null = null): void {
    const { fleet, ledger } = this.#context
    if (incident.formerly) return
    const { failures, sample, moment } = this.#material(incident, incident.fact, ranking, now)
    incident.spared = sparedGroups(ledger.facts, incident.fact, failures, sample)
    const partner = findPartner(ledger.facts, incident.fact, failures, sample)
    const isNew = (fact: FactId) => ranking.candidates.find((c) => c.fact === fact)?.isNew ?? false
    const isNewer =
      partner !== null &&
      isNew(partner.fact) &&
      usualAge(ranking, partner.fact) * NEWER < usualAge(ranking, incident.fact)
    const atBoot = ruleOf(ranking.subject).denominator !== PER_TIME
    const isEnough =
      partner !== null && isNew(incident.fact) && !isSparedWithout(fleet, incident.fact, moment, partner, atBoot)
    if (!partner || condition || !isNewer || isEnough) {
      incident.partner = partner ?? (condition && hasPart(condition, failures, sample) ? condition : null)
      return
    }
    // Of two that fail together, what changed is the cause, and what was there before is the condition.
    const before = { fact: incident.fact, versions: [incident.fact], score: partner.score, share: 1 }
    incident.fact = partner.fact
    this.#nameCompanions(incident, ranking, now, before)
  }
}

/** Seconds from the fact's arrival to failure, in the middle; infinite where it was there before we looked. */
function usualAge({ candidates }: Ranking, fact: FactId): number {
  return candidates.find((c) => c.fact === fact)?.medianAge ?? Number.POSITIVE_INFINITY
}
