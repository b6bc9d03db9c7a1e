import { accessible } from './dashboard-accessible.ts'
import { inDemo } from './dashboard-demo.ts'
import { PAGE_NAMES } from './dashboard-pages.ts'
import { reach } from './dashboard-reach.ts'

inDemo((given) => {
  accessible(PAGE_NAMES)(given)
  reach(given)
})
