/** What the store recorded, through a detector once more: to try a setting, or a new version of the detector. */
export { type Replayed, type ReplayedIncident, replayRecorded } from './replay.ts'
