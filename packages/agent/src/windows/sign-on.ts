import type { Koffi } from './koffi.ts'

/** Windows' own ways to sign on to a proxy, in the words of `Proxy-Authenticate` (RFC 4559). */
export type SignOnScheme = 'Negotiate' | 'NTLM'

/** A Windows account, where not this computer's own is meant. */
export interface Account {
  /** Empty where `user` is a whole name, such as `svc-proxy@nhs.example`. */
  domain: string
  user: string
  password: string
}

/** Windows does not sign on, with the reason; no sentence of its own. */
export class SignOnError extends Error {
  override name = 'SignOnError'
}

/** Signs on by what Windows knows: the account that runs this, or one that is given. */
export interface SignOn {
  /** @param host that is signed on to, without port. @throws SignOnError where Windows has no such scheme or account */
  begin(scheme: SignOnScheme, host: string, account?: Account): Conversation
}

/** One attempt to sign on: what Windows says to each word of the other end. */
export interface Conversation {
  /**
   * Windows' next word. It may ask the domain's servers, for seconds, on a thread of its own.
   *
   * @param challenge the other end's; absent at the beginning
   * @throws (rejects) SignOnError where Windows refuses
   */
  next(challenge?: Buffer): Promise<Buffer>
  /** Gives back what Windows holds for it; not while `next` is under way. */
  close(): void
}

// sspi.h
const SECPKG_CRED_OUTBOUND = 2
const SECURITY_NATIVE_DREP = 0x10
const SECBUFFER_TOKEN = 2
const ISC_REQ_ALLOCATE_MEMORY = 0x100
const ISC_REQ_CONNECTION = 0x800
const SEC_WINNT_AUTH_IDENTITY_UNICODE = 2
/** CredHandle, CtxtHandle, SecBuffer (size, type, address) and SecBufferDesc (version, count, address) of 64-bit Windows. */
const SIXTEEN_BYTES = 16
const IDENTITY_BYTES = 48
/** Windows' own bound (MaxTokenSize) is 48,000: a ticket of somebody in a thousand groups. */
const MAX_TOKEN_BYTES = 65_536

/** winerror.h: what those that people meet mean here. */
const MEANING: Readonly<Record<number, string>> = {
  2148074242: 'this Windows does not allow it', // SEC_E_UNSUPPORTED_FUNCTION
  2148074243: 'the domain does not know the proxy by this name', // SEC_E_TARGET_UNKNOWN
  2148074245: 'this Windows does not have it', // SEC_E_SECPKG_NOT_FOUND
  2148074252: 'the account or its password is wrong', // SEC_E_LOGON_DENIED
  2148074253: 'Windows does not know the account', // SEC_E_UNKNOWN_CREDENTIALS
  2148074254: 'there is no account for it', // SEC_E_NO_CREDENTIALS
  2148074257: 'no domain controller answers', // SEC_E_NO_AUTHENTICATING_AUTHORITY
}

/** Negative is a refusal. @throws SignOnError */
function mustBeGood(scheme: SignOnScheme, status: number): void {
  if (status >= 0) return
  const code = status >>> 0
  throw new SignOnError(
    `Windows does not sign on by ${scheme}: ${MEANING[code] ?? 'it refused'}, 0x${code.toString(16)}`,
  )
}

/** Windows' Security Support Provider Interface (Microsoft, "AcquireCredentialsHandle (Negotiate)", and NTLM's). */
export function openSignOn(koffi: Koffi): SignOn {
  const secur = koffi.load('secur32.dll')
  const acquire = secur.func(
    'int32 __stdcall AcquireCredentialsHandleW(void *n, str16 p, uint32 u, void *l, void *i, void *f, void *g, void *c, void *t)',
  )
  const initialize = secur.func(
    'int32 __stdcall InitializeSecurityContextW(void *c, void *x, str16 h, uint32 q, uint32 r, uint32 d, void *i, uint32 s, void *n, void *o, void *f, void *t)',
  )
  const deleteContext = secur.func('int32 __stdcall DeleteSecurityContext(void *x)')
  const freeCredentials = secur.func('int32 __stdcall FreeCredentialsHandle(void *c)')
  const freeBuffer = secur.func('int32 __stdcall FreeContextBuffer(void *p)')

  /** SecBuffer; `bytes` must live as long as it. */
  function bufferOf(bytes?: Buffer): Buffer {
    const buffer = Buffer.alloc(SIXTEEN_BYTES)
    buffer.writeUInt32LE(bytes?.length ?? 0, 0)
    buffer.writeUInt32LE(SECBUFFER_TOKEN, 4)
    if (bytes) buffer.writeBigUInt64LE(koffi.address(bytes), 8)
    return buffer
  }

  /** SecBufferDesc of one buffer, which must live as long as it. */
  function listOf(buffer: Buffer): Buffer {
    const list = Buffer.alloc(SIXTEEN_BYTES)
    list.writeUInt32LE(1, 4)
    list.writeBigUInt64LE(koffi.address(buffer), 8)
    return list
  }

  /** The bytes that Windows laid out, which are given back to it. */
  function taken(output: Buffer): Buffer {
    const [size, address] = [output.readUInt32LE(0), output.readBigUInt64LE(8)]
    if (address === 0n) return Buffer.alloc(0)
    const bytes = Buffer.from(koffi.view(address, Math.min(size, MAX_TOKEN_BYTES)).slice(0))
    freeBuffer(address)
    return bytes
  }

  function withIdentity<T>({ domain, user, password }: Account, use: (identity: Buffer) => T): T {
    const texts = [user, domain, password].map((text) => Buffer.from(`${text}\0`, 'utf16le'))
    const identity = Buffer.alloc(IDENTITY_BYTES)
    for (const [index, text] of texts.entries()) {
      identity.writeBigUInt64LE(koffi.address(text), index * SIXTEEN_BYTES)
      identity.writeUInt32LE(text.length / 2 - 1, index * SIXTEEN_BYTES + 8)
    }
    identity.writeUInt32LE(SEC_WINNT_AUTH_IDENTITY_UNICODE, IDENTITY_BYTES - 4)
    try {
      return use(identity)
    } finally {
      for (const text of texts) text.fill(0)
    }
  }

  function credentialsOf(scheme: SignOnScheme, account: Account | undefined): Buffer {
    const credentials = Buffer.alloc(SIXTEEN_BYTES)
    const expiry = Buffer.alloc(8)
    const ask = (identity: Buffer | null): number =>
      acquire(null, scheme, SECPKG_CRED_OUTBOUND, null, identity, null, null, credentials, expiry)
    mustBeGood(scheme, account === undefined ? ask(null) : withIdentity(account, ask))
    return credentials
  }

  return {
    begin(scheme, host, account) {
      const credentials = credentialsOf(scheme, account)
      const context = Buffer.alloc(SIXTEEN_BYTES)
      let hasContext = false

      /** @returns the status; Windows' word is in `output` */
      function say(input: Buffer | null, output: Buffer): Promise<number> {
        const ignored = [Buffer.alloc(4), Buffer.alloc(8)] as const
        return new Promise((resolve, reject) => {
          initialize.async(
            credentials,
            hasContext ? context : null,
            `HTTP/${host}`,
            ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONNECTION,
            0,
            SECURITY_NATIVE_DREP,
            input,
            0,
            context,
            output,
            ...ignored,
            (error: Error | null, status: number) => (error ? reject(error) : resolve(status)),
          )
        })
      }

      return {
        async next(challenge) {
          const heard = challenge && bufferOf(challenge)
          const said = bufferOf()
          const status = await say(heard ? listOf(heard) : null, listOf(said))
          const word = taken(said)
          mustBeGood(scheme, status)
          hasContext = true
          if (word.length === 0) throw new SignOnError(`Windows has nothing more to say by ${scheme}`)
          return word
        },
        close() {
          if (hasContext) deleteContext(context)
          freeCredentials(credentials)
        },
      }
    },
  }
}
