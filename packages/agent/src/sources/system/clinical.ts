import { compareVersions } from '@pumphandle/shared/versions'
import { programOf, programOfInstaller } from '@pumphandle/shared/words/programs'
import { textValue } from '../../formats/regf/registry.ts'
import { pathInVolume } from '../../volume/paths.ts'
import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { fileVersionOf } from '../file-version.ts'
import type { Source } from '../source.ts'
import { isHelper, readPrograms } from './uninstall.ts'

/** The programs that a practice works with, as far as they are installed for the whole machine; the newest of each. */
export const clinicalSource: Source<ComponentFact[]> = {
  name: 'clinical',
  read: async (volume) => ({ facts: readClinical(volume), problems: [] }),
}

function readClinical(volume: Volume): ComponentFact[] {
  const found = new Map<string, ComponentFact>()
  const add = (component: ComponentFact): void => {
    const known = found.get(component.name)
    if (!known || compareVersions(component.version, known.version) > 0) found.set(component.name, component)
  }
  for (const program of readPrograms(volume)) {
    const name = programOfInstaller(program.name, program.publisher)?.id
    if (!name || !program.version || program.isGone || isHelper(program.name)) continue
    const detail: Record<string, string> = { product: program.name }
    if (program.publisher) detail['company'] = program.publisher
    const at = program.installedOn ? `${program.installedOn}T00:00:00.000Z` : null
    add({ kind: 'app', name, version: program.version, at, detail })
  }
  for (const [name, version] of stated(volume)) {
    const title = programOf(name)?.title
    if (version) found.set(name, { kind: 'app', name, version, at: null, ...(title && { detail: { product: title } }) })
  }
  return [...found.values()]
}

/** Edge's updater knows WebView2 by this id (Microsoft Learn, "Distribute your app and the WebView2 Runtime"). */
const WEBVIEW = 'Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}'
const CLICK_TO_RUN = 'Microsoft\\Office\\ClickToRun\\Configuration'

/** What updates itself says its version in a place of its own, ahead of its uninstall entry. */
function stated(volume: Volume): [name: string, version: string | undefined][] {
  const software = volume.registry('SOFTWARE')
  const office = textValue(software?.key(CLICK_TO_RUN), 'VersionToReport')
  const outlook = textValue(software?.key('Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE'), '')
  const webview = [`WOW6432Node\\${WEBVIEW}`, WEBVIEW].map((path) => textValue(software?.key(path), 'pv'))
  return [
    ['edge-webview', webview.find((version) => version !== undefined && version !== '0.0.0.0')],
    ['office', office],
    ['outlook', outlook === undefined ? undefined : (outlookFile(volume, outlook) ?? office)],
  ]
}

function outlookFile(volume: Volume, path: string): string | undefined {
  return fileVersionOf(volume, pathInVolume(path))?.version
}
