import { createContext } from 'react'

/** A screen that nobody touches, such as a wall's: what would be a button there is a promise. */
export const Untouched = createContext(false)
