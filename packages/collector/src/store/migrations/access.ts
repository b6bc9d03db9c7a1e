/** Who did what, who may what, and how people prove who they are. */
export { up as auditChain } from './0045-audit-chain.ts'
export { up as places } from './0046-places.ts'
export { up as signIn } from './0047-sign-in.ts'
export { up as sessions } from './0130-sessions.ts'
