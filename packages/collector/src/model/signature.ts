import { createPublicKey, verify } from 'node:crypto'

/**
 * Whether somebody who has the Ed25519 key signed this text.
 * @param key the 32 bytes of the public key, base64url
 * @param signature 64 bytes, base64url
 */
export function isSignedBy(key: string, text: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))
  } catch {
    return false // no point of the curve
  }
}
