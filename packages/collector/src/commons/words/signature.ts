import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'

/** What else a key may sign one day is not taken for a report. */
const CONTEXT = 'pumphandle-commons-report/1\n'
/** The header that a report's signature stands in, base64url. */
export const SIGNATURE_HEADER = 'pumphandle-signature'

/** A collector's key: whoever has it speaks for the organisation. */
export interface SigningKey {
  /** Ed25519, 32 bytes as base64url. */
  readonly publicKey: string
  /** Of the report's exact bytes, base64url. */
  sign(body: string): string
}

/** A new private key as text (PKCS #8, base64url), to be kept. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
}

export function signingKey(privateKey: string): SigningKey {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { publicKey: x, sign: (body) => sign(null, Buffer.from(CONTEXT + body), key).toString('base64url') }
}

/** Whether the key signed this body. False, too, for what is no key and no signature. */
export function isSigned(publicKey: string, body: string, signature: string): boolean {
  const key = publicKeyOf(publicKey)
  return key !== undefined && verify(null, Buffer.from(CONTEXT + body), key, Buffer.from(signature, 'base64url'))
}

function publicKeyOf(x: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  } catch {
    return undefined
  }
}
