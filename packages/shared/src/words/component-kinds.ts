/** Kinds of component: what has versions, and can break a machine when it changes. */
export const COMPONENT_KINDS = ['sensor', 'content', 'driver', 'os', 'firmware', 'app'] as const
export type ComponentKind = (typeof COMPONENT_KINDS)[number]

/** What can be suspected: versions of components, a sensor's product whatever its version, and a hardware model. */
export const FACT_KINDS = ['product', 'model', ...COMPONENT_KINDS] as const
export type FactKind = (typeof FACT_KINDS)[number]
