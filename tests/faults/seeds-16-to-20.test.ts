import { seeds } from './seeds.ts'

seeds(16, 20)
