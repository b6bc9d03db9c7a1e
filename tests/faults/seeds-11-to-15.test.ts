import { seeds } from './seeds.ts'

seeds(11, 15)
