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

export const KIND = {
  missing: 'Without an agent',
  unlisted: 'On no list',
  stopped: 'Stopped reporting',
  outdated: 'Outdated agent',
} as const
export type Kind = keyof typeof KIND
