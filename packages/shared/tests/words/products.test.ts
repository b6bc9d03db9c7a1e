import { describe, expect, test } from 'vitest'
import { productOf, productOfDriver, SECURITY_PRODUCTS } from '../../src/words/products.ts'

describe.each(SECURITY_PRODUCTS)('$id', (product) => {
  test('has a title, a vendor, drivers or services, and a place to ask', () => {
    expect(product.id).toMatch(/^[a-z][a-z-]*$/)
    for (const text of [product.title, product.short, product.vendor]) expect(text).toMatch(/^[A-Z]/)
    expect(product.drivers.length + product.services.length).toBeGreaterThan(1)
    expect(new URL(product.support).protocol).toBe('https:')
  })

  test('owns its drivers alone', () => {
    for (const file of product.drivers) {
      expect(file).toBe(file.toLowerCase())
      expect(productOfDriver(file.replace('*', '1').toUpperCase())?.id).toBe(product.id)
    }
  })
})

// files that real crashes blamed, or that services of the product load
test.each([
  ['CSAgent.sys', 'falcon'],
  ['csfirmwareanalysis.sys', 'falcon'],
  ['gzflt.sys', 'bitdefender'],
  ['klhk.sys', 'kaspersky'],
  ['cyverak.sys', 'cortex'],
  ['WRkrn.sys', 'webroot'],
  ['MpKsl1a2b3c4d.sys', 'defender'],
  ['MpFilter.sys', 'security-essentials'],
  ['mfehidk.sys', 'trellix'],
  ['SRTSP64.SYS', 'symantec'],
  ['BHDrvx64.sys', 'symantec'],
  ['cyprotectdrv64.sys', 'cylance'],
  ['mbamswissarmy.sys', 'malwarebytes'],
])('%s belongs to %s', (file, id) => {
  expect(productOfDriver(file)?.id).toBe(id)
})

// the names look alike, the makers differ: audio of Cirrus Logic, licence dongles, Windows' own
test.each(['CSLFD.sys', 'cshsbc.sys', 'sentinel64.sys', 'ntoskrnl.exe', 'tcpip.sys', 'csagentXsys', ''])(
  '%j belongs to none',
  (file) => {
    expect(productOfDriver(file)).toBeUndefined()
  },
)

test('content is its product’s', () => {
  expect(productOf('falcon/291')?.id).toBe('falcon')
  expect(productOf('windows')).toBeUndefined()
})
