import { createClient } from '@pumphandle/shared/client'

/** Calls this page's own collector; the session cookie says who asks. */
export const client = createClient()
