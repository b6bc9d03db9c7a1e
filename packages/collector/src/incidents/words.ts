import type { AgeWindow, Assumption, FailureClass, RankReason } from '../detect/index.ts'

export const FAILURE_CLASSES: Readonly<Record<FailureClass, string>> = {
  crash: 'stopped with a blue screen and reported it',
  hard: 'stopped with a blue screen, or vanished and came back from an unclean end',
  'no-return': 'said that it restarts and did not come back',
  absent: 'was shut down and did not come back when its practice did',
  loss: 'vanished without a goodbye while others at its practice stayed',
  site: 'vanished together with its whole practice',
  service: 'lost the service of its security sensor',
  boot: 'failed within 15 minutes of a start',
  app: 'had an application crash',
  reported: 'shows a blue screen, as a person there says, and is not heard',
  driver: 'stopped with a blue screen blamed on one driver',
}

export const AGE_WINDOWS: Readonly<Record<AgeWindow, string>> = {
  '15min': 'within 15 minutes of its arrival',
  '24h': 'within a day of its arrival',
  any: 'at any time after its arrival',
  left: 'within a day after it had left again',
}

export const REASONS: Readonly<Record<RankReason, string>> = {
  'changed-minutes-before': 'it arrived minutes before the failures',
  'changed-within-a-day': 'it arrived within a day before the failures',
  'changed-within-days': 'it arrived within days before the failures',
  'owns-culprit-driver': 'the driver that the crashes blame belongs to it',
  'fails-elsewhere': 'other organisations see machines with it fail',
  'is-product': 'it is a product, not a version: less precise',
  'is-model': 'it is a computer model, which seldom changes by itself',
  'old-version': 'it has been in the fleet for weeks without this',
  'already-gone': 'it had left most of the machines before they failed',
  'explains-fewer': 'it explains fewer of the failures',
}

export const ASSUMPTIONS: Readonly<Record<Assumption, string>> = {
  'others-are-controls':
    'Machines without it, connected at the same time, are taken as what would have happened anyway.',
  'no-controls-only-timing': 'Nearly every machine has it, so only the time since its arrival tells, not a comparison.',
  'silence-is-failure': 'A machine that went silent without a goodbye while its neighbours talked is taken as failed.',
  'one-vote-per-practice':
    'Failures of one practice count as one renewing vote, because they share power, line and people.',
  'baseline-from-fleet': 'What is normal after such an update was learned from earlier updates in this fleet.',
  'baseline-from-prior': 'This fleet has too little history yet; what is normal was learned from a simulated fleet.',
  'pair-from-sample': 'How many machines have both of the pair is counted from a sample of the fleet.',
}
