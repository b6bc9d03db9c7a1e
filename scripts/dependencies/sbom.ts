import type { Dependency } from './installed.ts'

/** Package URL of an npm package (purl-spec, type npm): a scope is its namespace. */
function purl({ name, version }: Dependency): string {
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const path = scope === undefined ? [bare] : [scope, bare]
  return `pkg:npm/${path.map((part) => encodeURIComponent(part ?? '')).join('/')}@${encodeURIComponent(version)}`
}

/** A bill of materials, CycloneDX 1.6 as JSON: the product, and each package that runs at a user's. */
export function sbom(version: string, shipped: readonly Dependency[]): string {
  const components = shipped.map((dependency) => ({
    type: 'library',
    'bom-ref': purl(dependency),
    name: dependency.name,
    version: dependency.version,
    purl: purl(dependency),
    licenses: [{ expression: dependency.licence }],
  }))
  const product = { type: 'application', 'bom-ref': 'pumphandle', name: 'pumphandle', version }
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: product },
    components,
    dependencies: [{ ref: 'pumphandle', dependsOn: components.map((c) => c['bom-ref']) }],
  }
  return `${JSON.stringify(bom, null, 2)}\n`
}
