import {
  APP,
  BOOT,
  CLASSES,
  type ClassId,
  type ClassRule,
  CRASH,
  DRIVER_RULE,
  LOSS,
  SITE,
  type UnitId,
} from './classes.ts'

/**
 * The mark of a crash: its culprit, apart for crashes soon after a boot and for programs, whose rates differ. A driver
 * that crashes is a mark and not the cause: on 19 July 2024 the driver's version had not changed.
 */
export interface Mark {
  readonly phase: typeof CRASH | typeof BOOT | typeof APP
  /** The driver's or the program's file, in lower case. */
  readonly culprit: string
  /** One for each phase and culprit, to look it up by. */
  readonly key: string
}

/** What is tested: a class of failures, or the crashes that bear one mark. */
export type Subject = ClassId | Mark

export function markOf(phase: Mark['phase'], file: string): Mark {
  const culprit = file.toLowerCase()
  return { phase, culprit, key: `${CLASSES[phase].name}:${culprit}` }
}

export function isMark(subject: Subject): subject is Mark {
  return typeof subject === 'object'
}

export function ruleOf(subject: Subject): ClassRule {
  return isMark(subject) ? DRIVER_RULE : CLASSES[subject]
}

/** The class whose failures these are, with any mark. */
export function classOf(subject: Subject): ClassId {
  return isMark(subject) ? subject.phase : subject
}

/** What the subject's failures are counted against. */
export function unitOf(subject: Subject): UnitId {
  return CLASSES[classOf(subject)].denominator
}

/** Whether it rests on silence alone. */
export function isSilence(subject: Subject): boolean {
  return subject === LOSS || subject === SITE
}
