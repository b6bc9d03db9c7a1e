import { Refusal } from '../model/refusal.ts'
import type { Store } from '../store/index.ts'
import { type User, userByEmail } from '../store/users.ts'
import type { Passwords } from './passwords.ts'

/**
 * The person with this address and password.
 * @throws Refusal 401 with the same words and after the same time whether the address, the password or both are wrong.
 */
export async function signIn(store: Store, passwords: Passwords, email: string, password: string): Promise<User> {
  const user = await userByEmail(store.reader, email)
  const usable = user && user.disabled === 0 ? user.password_hash : null
  if ((await passwords.matches(password, usable)) && user) return user
  throw new Refusal(
    'not-signed-in',
    'Not signed in',
    'The address or the password is wrong. An admin can send a new link.',
  )
}
