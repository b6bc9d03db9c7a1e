import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import type { Source } from '../source.ts'
import { type InstalledProgram, readPrograms } from './uninstall.ts'

/** Clinical systems of English GP practices by what their installers call themselves. */
const APPLICATIONS: readonly { name: string; title: RegExp; publisher?: RegExp }[] = [
  { name: 'emis-web', title: /\bEMIS(\s+Web|\s+Health|\s+Enterprise)?\b/i },
  { name: 'systmone', title: /\b(SystmOne|TPP Client)\b/i },
  { name: 'vision', title: /^Vision\b/i, publisher: /in practice systems|INPS|Cegedim/i },
  { name: 'vision', title: /\b(INPS|Cegedim) Vision\b|\bVision (3|Clinical|\+)/i },
]

/** Clinical applications installed for the whole machine. */
export const clinicalSource: Source<ComponentFact[]> = {
  name: 'clinical',
  read: async (volume) => ({ facts: readClinical(volume), problems: [] }),
}

function readClinical(volume: Volume): ComponentFact[] {
  const found = new Map<string, ComponentFact>()
  for (const program of readPrograms(volume)) {
    const name = applicationOf(program)
    if (!name || !program.version || found.has(name)) continue
    const detail: Record<string, string> = { product: program.name }
    if (program.publisher) detail['company'] = program.publisher
    const at = program.installedOn ? `${program.installedOn}T00:00:00.000Z` : null
    found.set(name, { kind: 'app', name, version: program.version, at, detail })
  }
  return [...found.values()]
}

function applicationOf(program: InstalledProgram): string | undefined {
  return APPLICATIONS.find(
    ({ title, publisher }) => title.test(program.name) && (!publisher || publisher.test(program.publisher ?? '')),
  )?.name
}
