import { describe, expect, test } from 'vitest'
import { sourceOf } from '../src/pages/coverage/words.ts'
import { parted } from '../src/pages/overview/parted.ts'
import { readPlaces } from '../src/pages/settings/places.ts'

test.each([
  ['', null],
  ['East Fens', { practices: ['East Fens'] }],
  ['region:East Fens, A81001', { regions: ['East Fens'], practices: ['A81001'] }],
  [
    'A81001 A81002\nnetwork:U12345 tag:ring:pilot',
    { practices: ['A81001', 'A81002'], networks: ['U12345'], tags: ['ring:pilot'] },
  ],
  ['NHS Kent and Medway ICB; Park Surgery 2', { practices: ['NHS Kent and Medway ICB', 'Park Surgery 2'] }],
])('places as somebody writes them: %s', (text, places) => {
  const none = { regions: [], networks: [], practices: [], tags: [] }
  expect(readPlaces(text)).toEqual(places && { ...none, ...places })
})

describe('where a list of computers comes from is told by its columns', () => {
  test.each([
    [
      '#TYPE Microsoft.ActiveDirectory.Management.ADComputer\r\n"DistinguishedName","Enabled","Name"\r\n',
      'active-directory',
    ],
    ['Device ID,Device name,Managed by,Ownership,Compliance,OS,Last check-in', 'intune'],
    ['displayName,accountEnabled,operatingSystem,joinType,approximateLastSignInDateTime', 'entra'],
    ['ResourceID;Netbios_Name0;Operating_System_Name_and0', 'configuration-manager'],
    ['Serial number,Practice code', undefined],
    ['', undefined],
  ])('%s', (text, source) => expect(sourceOf(text)).toBe(source))
})

test.each([
  [
    'Nothing could be stored for 60 s: the database does not answer. Look at the database /var/lib/p.db; agents keep their events.',
    [
      'Nothing could be stored for 60 s: the database does not answer',
      'Look at the database /var/lib/p.db; agents keep their events.',
    ],
  ],
  ['The database took 21.7 s; look at its disk.', ['The database took 21.7 s', 'Look at its disk.']],
  ['The disk is full.', ['The disk is full', '']],
])('a trouble’s heading is what is wrong, not what to do: %s', (title, parts) => expect(parted(title)).toEqual(parts))
