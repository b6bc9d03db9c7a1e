/** Characters of a password: twelve at least, as page and API say. */
export const PASSWORD_LEAST = 12
/** At most, for hashing costs by length. */
export const PASSWORD_MOST = 200
