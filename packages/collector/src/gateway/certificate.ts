import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type Server } from 'node:tls'
import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { Rounds } from '@pumphandle/shared/rounds'
import { DAY, isoDay, SECOND } from '@pumphandle/shared/time'
import { counted } from '@pumphandle/shared/words'
import { type Config, ConfigError } from '../config/index.ts'
import type { Logger } from '../log/logger.ts'

/** How soon a renewed certificate is used: sooner than anybody looks whether it is. */
const LOOK_EVERY_MS = 10 * SECOND
/** Files that are no pair may be half of a renewal: said where the next look finds them so, too. */
const LOOKS = 2
/** Let's Encrypt and its kind renew weeks before; who renews by hand needs days. */
const EARLY_MS = 14 * DAY
const LATE_MS = 3 * DAY
/** With a fresh key for each connection alone: what is recorded today is not read with a key that is stolen tomorrow. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

type Files = NonNullable<Config['tls']>
type Problem = CollectorHealth['problems'][number]

/** A certificate and its key as they were read, in PEM. */
interface Pair {
  readonly cert: string
  readonly key: string
  readonly endsAt: number
  readonly issuer: string
}

/** The certificate that this process shows, which follows its files: open connections stay, new ones see the new one. */
export class Certificate {
  readonly #files: Files
  readonly #clock: Clock
  readonly #log: Logger
  readonly #servers = new Set<Server>()
  readonly #looks: Rounds
  #used: Pair
  /** What the files hold and cannot be used. */
  #refused: { readonly text: string; readonly why: string; readonly looks: number } | undefined

  private constructor(files: Files, clock: Clock, log: Logger) {
    this.#files = files
    this.#clock = clock
    this.#log = log
    this.#used = pairOf(readFileSync(files.certFile, 'utf8'), readFileSync(files.keyFile, 'utf8'))
    this.#looks = new Rounds({ clock, everyMs: LOOK_EVERY_MS, run: () => this.#look() })
  }

  /**
   * Reads it, and anew whenever its files change; undefined where none is set.
   * @throws ConfigError where the files hold no certificate with its key
   */
  static open({ tls }: Pick<Config, 'tls'>, clock: Clock, log: Logger): Certificate | undefined {
    if (!tls) return undefined
    try {
      return new Certificate(tls, clock, log)
    } catch (error) {
      throw new ConfigError(
        `The certificate cannot be used (${(error as Error).message}); set PUMPHANDLE_TLS_CERT and PUMPHANDLE_TLS_KEY to a PEM certificate and its key.`,
        { cause: error },
      )
    }
  }

  /** What a TLS server is made with. */
  get options() {
    return optionsOf(this.#used)
  }
  /** Ms epoch. */
  get endsAt(): number {
    return this.#used.endsAt
  }
  /** Whose word it is: the common name of the authority. */
  get issuer(): string {
    return this.#used.issuer
  }

  /** This server shows what is current, from now on. */
  serve(server: Server): void {
    this.#servers.add(server)
    server.once('close', () => this.#servers.delete(server))
  }

  /** What is wrong with it, in words; undefined where nothing is. */
  get problem(): Problem | undefined {
    const now = this.#clock.now()
    const { certFile } = this.#files
    const left = this.endsAt - now
    if (left <= 0)
      return {
        code: 'certificate-ends',
        title: `The certificate ended on ${isoDay(this.endsAt)}: agents and browsers refuse it. Renew ${certFile}; it is read anew by itself.`,
        severity: 'error',
      }
    if (this.#refused && this.#refused.looks >= LOOKS)
      return {
        code: 'certificate-refused',
        title: `The new certificate in ${certFile} cannot be used (${this.#refused.why}); the one before it stays, until ${isoDay(this.endsAt)}. Mend the files; they are read anew by themselves.`,
        severity: left < LATE_MS ? 'error' : 'warning',
      }
    if (left > EARLY_MS) return undefined
    const days = Math.floor(left / DAY)
    return {
      code: 'certificate-ends',
      title: `The certificate ends in ${counted(days, 'day')}, on ${isoDay(this.endsAt)}; from then on no agent and no browser comes in. Renew ${certFile}; it is read anew by itself.`,
      severity: left < LATE_MS ? 'error' : 'warning',
    }
  }

  /** Looks at the files now. */
  look(): Promise<void> {
    return this.#looks.run()
  }

  /** Looks no more; resolves when the last look has ended. */
  close(): Promise<void> {
    return this.#looks.close()
  }

  async #look(): Promise<void> {
    const { certFile, keyFile } = this.#files
    let text = ''
    try {
      const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
      if (cert === this.#used.cert && key === this.#used.key) {
        this.#refused = undefined
        return
      }
      text = cert + key
      this.#use(pairOf(cert, key))
    } catch (error) {
      this.#refuse(text, (error as Error).message)
    }
  }

  /** @throws where it would keep everybody out */
  #use(pair: Pair): void {
    const now = this.#clock.now()
    const { validFromDate } = new X509Certificate(pair.cert)
    if (pair.endsAt <= now) throw new Error(`it ended on ${isoDay(pair.endsAt)}`)
    if (validFromDate.getTime() > now) throw new Error(`it is not valid before ${validFromDate.toISOString()}`)
    for (const server of this.#servers) server.setSecureContext(optionsOf(pair))
    this.#used = pair
    this.#refused = undefined
    this.#log.info(
      { until: isoDay(pair.endsAt), issuer: pair.issuer },
      'a new certificate is shown; open connections stay',
    )
  }

  #refuse(text: string, why: string): void {
    const isSame = this.#refused?.text === text && this.#refused.why === why
    const looks = isSame ? (this.#refused?.looks ?? 0) + 1 : 1
    this.#refused = { text, why, looks }
    if (looks === LOOKS) this.#log.error({ why }, this.problem?.title)
  }
}

/** @throws where they are no certificate with its key */
function pairOf(cert: string, key: string): Pair {
  createSecureContext(optionsOf({ cert, key }))
  const { validToDate, issuer } = new X509Certificate(cert)
  return { cert, key, endsAt: validToDate.getTime(), issuer: /^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer }
}

function optionsOf({ cert, key }: Pick<Pair, 'cert' | 'key'>) {
  return { cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS } as const
}
