import { InventoryEvent } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'

/** What a machine's detail keeps of its last inventory: all but its components, which have tables of their own. */
export const StoredInventory = z.partial(InventoryEvent)
export type StoredInventory = z.infer<typeof StoredInventory>
