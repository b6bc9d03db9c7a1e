import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

interface Options {
  readonly challenge: string
}

/** A passkey in software: an authenticator of Web Authentication with one ES256 key and a counter, without attestation. */
export class SoftwareKey {
  readonly #origin: string
  readonly #id: Buffer
  readonly #private: KeyObject
  readonly #public: KeyObject
  #count = 0

  /** @param like has the id of another key, as one that pretends to be it */
  constructor(origin: string, like?: SoftwareKey) {
    this.#origin = origin
    this.#id = like ? like.#id : randomBytes(16)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#private = privateKey
    this.#public = publicKey
  }

  /** RegistrationResponseJSON */
  register(options: unknown): object {
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' })
    // COSE: kty EC2, alg ES256, crv P-256, x, y
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ])
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.#id.length]), this.#id, cose])
    const authData = Buffer.concat([this.#head(0x41), credential])
    // {"fmt": "none", "attStmt": {}, "authData": ...}
    const attestation = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from('fmt'),
      Buffer.from([0x64]),
      Buffer.from('none'),
      Buffer.from([0x67]),
      Buffer.from('attStmt'),
      Buffer.from([0xa0, 0x68]),
      Buffer.from('authData'),
      Buffer.from([0x58, authData.length]),
      authData,
    ])
    return this.#answer({
      clientDataJSON: this.#client('webauthn.create', options, this.#origin).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['usb'],
    })
  }

  /** AuthenticationResponseJSON @param origin of the page that asks */
  authenticate(options: unknown, origin = this.#origin): object {
    this.#count++
    const authData = this.#head(0x01)
    const client = this.#client('webauthn.get', options, origin)
    const signature = sign('sha256', Buffer.concat([authData, hash(client)]), this.#private)
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
    })
  }

  #head(flags: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(this.#count)
    return Buffer.concat([hash(new URL(this.#origin).hostname), Buffer.from([flags]), count])
  }

  #client(type: string, options: unknown, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge: (options as Options).challenge, origin, crossOrigin: false }))
  }

  #answer(response: object): object {
    const id = this.#id.toString('base64url')
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }
}

const hash = (data: string | Buffer) => createHash('sha256').update(data).digest()
