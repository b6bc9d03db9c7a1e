/** What follows from it. */
export const RETURNED = 'It is counted, listed and expected again, with the history that it has.'
export const DELETED =
  'Everything that is known of it goes with it: events, crashes, its part in incidents. It cannot be undone.'
