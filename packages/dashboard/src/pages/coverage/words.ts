import type { ListSource } from '@pumphandle/shared/api'

export const SOURCE: Record<ListSource, string> = {
  'active-directory': 'Active Directory',
  entra: 'Entra ID',
  intune: 'Intune',
  'configuration-manager': 'Configuration Manager',
  register: 'Asset register',
}
/** How each is exported. */
export const HOW: Record<ListSource, string> = {
  'active-directory':
    'Get-ADComputer -Filter * -Properties LastLogonDate,OperatingSystem | Export-Csv computers.csv -NoTypeInformation',
  entra: 'Entra admin centre, Devices, All devices, Download devices',
  intune: 'Intune admin centre, Devices, All devices, Export',
  'configuration-manager': 'A report of all systems, saved as CSV',
  register: 'Any CSV whose first row names the columns: name or serial number, practice code if you have it',
}

/** Columns that one export alone has, as its first rows say them. */
const TELLING: readonly [ListSource, RegExp][] = [
  ['configuration-manager', /netbios_?name|resource ?id|\bname0\b/i],
  ['intune', /device ?name.*(managed by|last check-?in|compliance|primary user)|last ?sync ?date ?time/i],
  ['entra', /displayname.*(accountenabled|jointype|trusttype|approximatelast)|join ?type/i],
  ['active-directory', /distinguishedname|samaccountname|lastlogondate|userprincipalname|objectguid/i],
]
/** PowerShell's type, the separator's own row and the header are within these. */
const FIRST_ROWS = 3

/** Where a list comes from, by its columns; undefined where they do not tell. */
export function sourceOf(text: string): ListSource | undefined {
  const head = text.split(/\r?\n/, FIRST_ROWS).filter((row) => !row.startsWith('#TYPE'))
  return TELLING.find(([, columns]) => head.some((row) => columns.test(row)))?.[0]
}

export const KIND = {
  missing: 'Without an agent',
  unlisted: 'On no list',
  stopped: 'Stopped reporting',
  outdated: 'Outdated agent',
} as const
export type Kind = keyof typeof KIND
