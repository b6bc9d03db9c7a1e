export * from './flow/clock.ts'
