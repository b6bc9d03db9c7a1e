import * as core from 'zod/v4/core'

/**
 * The same schema, whose objects are checked by functions that zod writes for them: a third of the time. The agent's first
 * second has none for writing them, so that the wire's schemas are plain, and only the collector, which checks millions, has
 * these.
 */
export function compiled<T extends core.$ZodType>(schema: T): T {
  return compile(schema) as T
}

function compile(schema: core.$ZodType): core.$ZodType {
  const { def } = schema._zod
  if (isObject(def)) {
    const shape = Object.fromEntries(Object.entries(def.shape).map(([key, value]) => [key, compile(value)]))
    return new core.$ZodObjectJIT({ ...def, shape })
  }
  if (isArray(def)) return new core.$ZodArray({ ...def, element: compile(def.element) })
  if (isOptional(def)) return new core.$ZodOptional({ ...def, innerType: compile(def.innerType) })
  if (isChoice(def)) return new core.$ZodDiscriminatedUnion({ ...def, options: def.options.map(compile) })
  return schema
}

function isObject(def: core.$ZodTypeDef): def is core.$ZodObjectDef {
  return def.type === 'object'
}
function isArray(def: core.$ZodTypeDef): def is core.$ZodArrayDef {
  return def.type === 'array'
}
function isOptional(def: core.$ZodTypeDef): def is core.$ZodOptionalDef {
  return def.type === 'optional'
}
function isChoice(def: core.$ZodTypeDef): def is core.$ZodDiscriminatedUnionDef {
  return def.type === 'union' && 'discriminator' in def
}
