import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SEED_BYTES = 32

/** A new key, as its 32 bytes in base64url: all that is kept of it. */
export function newKey(): string {
  return randomBytes(SEED_BYTES).toString('base64url')
}

/** The public half: 32 bytes, base64url. @throws where the key is none */
export function publicKeyOf(key: string): string {
  return createPublicKey(opened(key)).export({ format: 'jwk' }).x ?? ''
}

/** An Ed25519 signature over the text, base64url. A tenth of a millisecond. @throws where the key is none */
export function signed(key: string, text: string): string {
  return sign(null, Buffer.from(text), opened(key)).toString('base64url')
}

function opened(key: string): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8, Buffer.from(key, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  })
}
