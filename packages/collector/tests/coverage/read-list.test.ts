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
