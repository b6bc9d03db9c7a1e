import { accessible } from './dashboard-accessible.ts'
import { inDemo } from './dashboard-demo.ts'
import { PAGE_NAMES } from './dashboard-pages.ts'

inDemo(accessible(PAGE_NAMES))
