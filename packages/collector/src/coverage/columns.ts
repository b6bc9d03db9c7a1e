/**
 * Names of columns in what people export, without spaces and signs, in lower case: Get-ADComputer | Export-Csv, Entra's and
 * Intune's device lists, Configuration Manager's reports, and registers of many makers.
 */
const COLUMNS = {
  name: [
    'devicename',
    'name',
    'displayname',
    'netbiosname',
    'netbiosname0',
    'name0',
    'computername',
    'hostname',
    'host',
    'dnshostname',
    'computer',
    'machine',
  ],
  serial: ['serialnumber', 'serial', 'serialno', 'serialnumber0', 'servicetag'],
  practice: ['odscode', 'practicecode', 'practice', 'sitecode', 'site', 'organisationcode', 'location', 'department'],
  system: ['operatingsystem', 'os', 'operatingsystem0', 'operatingsystemnameandversion', 'platform'],
  enabled: ['enabled', 'accountenabled', 'isenabled', 'active'],
  lastSeen: [
    'lastlogondate',
    'lastcheckin',
    'lastsyncdatetime',
    'approximatelastsignindatetime',
    'approximatelastlogontimestamp',
    'lastlogontimestamp',
    'lastlogontimestamp0',
    'lastactivity',
    'lastseen',
    'lastsignindatetime',
    'lastcontact',
  ],
  unit: ['distinguishedname', 'ou', 'organizationalunit', 'devicecategory', 'groups', 'description'],
} as const
export type Column = keyof typeof COLUMNS

/** Which column stands where; undefined where there is neither a name nor a serial number. */
export function columnsOf(cells: readonly string[]): ReadonlyMap<Column, number> | undefined {
  const names = cells.map((cell) => cell.toLowerCase().replaceAll(/[^a-z0-9]+/g, ''))
  const found = new Map<Column, number>()
  for (const [column, known] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    // the most telling name first: an export of Active Directory has Name and DNSHostName
    const at = known.map((name) => names.indexOf(name)).find((index) => index >= 0)
    if (at !== undefined) found.set(column, at)
  }
  return found.has('name') || found.has('serial') ? found : undefined
}
