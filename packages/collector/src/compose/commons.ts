import { componentWords } from '@pumphandle/shared/words'
import { Service } from '../commons/index.ts'
import type { Alarms } from '../jobs/alarms/alarms.ts'
import { warningMessage } from '../jobs/notify/delivery/message.ts'
import { publicAddress } from '../model/address.ts'
import type { Context } from './context.ts'

/** Takes part in the commons that is configured; undefined where none is, and then nothing leaves the house. */
export async function joinCommons(
  { clock, config, detection, incidents, log, store }: Context,
  alarms: Pick<Alarms, 'say'>,
  key: () => Promise<string>,
): Promise<Service | undefined> {
  if (config.commons === undefined) return undefined
  const { ledger } = detection.versions
  return Service.open({
    clock,
    log,
    store,
    key: await key(),
    server: config.commons,
    facts: detection.facts,
    population: detection.detector.population,
    listen: (heard) => {
      ledger.onCount = heard
    },
    incidentOf: (key) => incidents.active().find(({ record }) => record.cause?.key === key)?.record.id ?? null,
    tell: ({ id, sentence, component }, at) =>
      alarms.say(
        warningMessage(
          {
            id,
            name: componentWords(component),
            sentence,
            page: `/version?${new URLSearchParams({ key: component.key }).toString()}`,
          },
          at,
          publicAddress(config),
        ),
      ),
  })
}
