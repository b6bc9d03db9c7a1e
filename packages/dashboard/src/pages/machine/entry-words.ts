import type { TimelineEntry } from '@pumphandle/shared/api'
import { componentWords, versionWords } from '@pumphandle/shared/words'

/** An entry in a sentence: the collector's, but for changed components, whose names and dates a person reads. */
export function inWords({ event, text }: TimelineEntry): string {
  if (event?.type !== 'component-changed' || event.version === undefined) return text
  const { kind, name, version, previousVersion } = event
  const words = componentWords({ kind, name, version })
  return previousVersion === undefined
    ? `${words} arrived.`
    : `${words} arrived; the one before was ${versionWords(previousVersion)}.`
}
