export * from './component.ts'
export { harmless } from './csv.ts'
export * from './products.ts'
