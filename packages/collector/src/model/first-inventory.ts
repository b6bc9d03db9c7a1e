import { HOUR } from '@pumphandle/shared/time'

/**
 * What a machine tells within this time after it was first seen, in no other version's place, was on it before its agent
 * was, ms. The whole inventory follows a minute after the first frame; a machine that is switched off meanwhile, or whose
 * line is bad, tells it when it is back.
 */
export const FIRST_INVENTORY_MS = HOUR
