import { expect, test } from 'vitest'
import { readList } from '../../src/coverage/read-list.ts'

/** One practice is known. */
const codeOf = (text: string) => /A81001/.exec(text)?.[0]
const names = async (text: string) => (await readList(text, codeOf)).machines.map(({ key }) => key)

test('Active Directory: PowerShell’s type line, disabled accounts and servers of other systems, units as practices', async () => {
  const list = await readList(
    [
      '#TYPE Microsoft.ActiveDirectory.Management.ADComputer',
      '"DistinguishedName","DNSHostName","Enabled","LastLogonDate","Name","OperatingSystem"',
      '"CN=PC1,OU=A81001,DC=x","pc1.x.nhs.uk","True","19/07/2024 04:09:00","PC1","Windows 10 Enterprise"',
      '"CN=PC2,OU=Old,DC=x","pc2.x.nhs.uk","False","","PC2","Windows 10 Enterprise"',
      '"CN=LX,OU=A81001,DC=x","lx.x.nhs.uk","True","","LX","Ubuntu"',
    ].join('\r\n'),
    codeOf,
  )
  expect(list).toMatchObject({ rows: 3, skipped: 2, errors: [] })
  expect(list.machines).toEqual([
    { key: 'pc1', name: 'PC1', serial: null, practiceCode: 'A81001', lastSeen: Date.UTC(2024, 6, 19, 4, 9) },
  ])
})

test('Intune, Entra, Configuration Manager and registers are known by their columns', async () => {
  expect(await names('Device name,Serial number,Last check-in,OS\nPC1,ABC,2024-07-19 04:09:00.1,Windows\n')).toEqual([
    'pc1',
  ])
  expect(await names('displayName,operatingSystem,accountEnabled\nPC1,Windows,True\n')).toEqual(['pc1'])
  expect(await names('Name0,Serial_Number0\nPC1,ABC\n')).toEqual(['pc1'])
  expect(await names('Asset;Serial No;ODS code\nDesk 4;ABC;A81001\n')).toEqual(['serial:abc'])
})

test('a row without a name is told by its line, and a file that is none is refused', async () => {
  const list = await readList('Name,Serial number\nPC1,\n,\n', codeOf)
  expect(list.errors).toEqual([{ row: 3, message: 'Line 3 names no computer.' }])
  await expect(readList('one,two\n1,2\n', codeOf)).rejects.toThrow('first row')
})

test('what spreadsheets make of a directory: semicolons, a line that says so, domains, and hours of twelve', async () => {
  const list = await readList(
    '\uFEFFsep=;\r\nName;LastLogonDate;OperatingSystem\r\nX\\PC1$;"7/19/2024 4:09:00 PM";Windows 11\r\npc2.x.nhs.uk;19/07/2024 16:09;Windows 10\r\n',
    codeOf,
  )
  expect(list.errors).toEqual([])
  expect(list.machines.map(({ key, lastSeen }) => [key, lastSeen])).toEqual([
    ['pc1', Date.UTC(2024, 6, 19, 16, 9)],
    ['pc2', Date.UTC(2024, 6, 19, 16, 9)],
  ])
})

test('of a computer that stands there twice the row counts that was heard of last, and both are told', async () => {
  const list = await readList(
    'Device name,Serial number,Last check-in\nPC1,NEW,2026-11-01\nPC1,OLD,2025-01-01\nPC2,7HX4,2026-11-01\n',
    codeOf,
  )
  expect(list).toMatchObject({ rows: 3, twice: 1 })
  expect(list.machines.map(({ name, serial }) => `${name} ${serial}`)).toEqual(['PC1 NEW', 'PC2 7HX4'])
})

test('what makers leave where a serial number belongs is none', async () => {
  const list = await readList(
    'Name,Serial number\nPC1,To be filled by O.E.M.\nPC2,System Serial Number\n,Default string\nPC3,0000000\nPC4,5CG1234ABC\n',
    codeOf,
  )
  expect(list.machines.map(({ serial }) => serial)).toEqual([null, null, null, '5CG1234ABC'])
  expect(list.errors).toEqual([{ row: 4, message: 'Line 4 names no computer.' }])
})
