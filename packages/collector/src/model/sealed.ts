import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** AES-256 in Galois/counter mode (NIST SP 800-38D): who lacks the key neither reads it nor changes it unnoticed. */
const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
/** 96 bits, drawn anew each time; SP 800-38D allows 2^32 of one key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const MARK = 'sealed'
/** So many hexadecimal digits of its hash tell one key from another. */
const NAME_DIGITS = 12

interface Key {
  readonly name: string
  readonly bytes: Buffer
}

/** What seals secrets that have to be read again: the newest key seals, each of them opens. */
export class Sealer {
  readonly #keys: readonly Key[]

  /** @param keys 32 bytes each, the newest first; none: nothing can be sealed or opened */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys.map((bytes) => {
      if (bytes.length !== KEY_BYTES) throw new RangeError(`A key has ${KEY_BYTES} bytes, not ${bytes.length}`)
      return { bytes, name: nameOf(bytes) }
    })
  }

  static newKey(): Buffer {
    return randomBytes(KEY_BYTES)
  }

  get isReady(): boolean {
    return this.#keys.length > 0
  }

  /**
   * @param about whose it is and what: the same has to be said to open it, so that nothing sealed for one stands for another
   * @throws Error without a key
   */
  seal(text: string, about: string): string {
    const key = this.#keys[0]
    if (!key) throw new Error('There is no key to seal with')
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(about))
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return [MARK, key.name, sealed.toString('base64url')].join('.')
  }

  /** Undefined where no key is the right one, or it was sealed for something else, or changed. */
  open(sealed: string, about: string): string | undefined {
    const [mark, name, body = ''] = sealed.split('.')
    const key = mark === MARK ? this.#keys.find((one) => one.name === name) : undefined
    const bytes = Buffer.from(body, 'base64url')
    if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
    const cipher = createDecipheriv(CIPHER, key.bytes, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(about))
    cipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  /** Whether it is sealed by the newest key: else it is to be sealed anew. */
  isNewest(sealed: string): boolean {
    return this.#keys[0] !== undefined && sealed.startsWith(`${MARK}.${this.#keys[0].name}.`)
  }
}

/** Whether a text is one that was sealed, by whichever key. */
export function isSealed(text: string): boolean {
  return text.startsWith(`${MARK}.`)
}

function nameOf(key: Buffer): string {
  return createHash('sha256').update('pumphandle seal ').update(key).digest('hex').slice(0, NAME_DIGITS)
}
