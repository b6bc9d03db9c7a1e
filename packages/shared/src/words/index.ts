export * from './component.ts'
export * from './products.ts'
