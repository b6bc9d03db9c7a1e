import * as z from 'zod/mini'
import { COMPONENT_KINDS } from '../words/component-kinds.ts'
import { MAX_NAME, MAX_TEXT } from './limits.ts'

/** A name, version or code: no control characters, so that it can be shown, logged and exported as it is. */
export const Name = z.string().check(z.minLength(1), z.maxLength(MAX_NAME), z.regex(/^[^\p{Cc}]+$/u))
/** A sentence. */
export const Text = z.string().check(z.maxLength(MAX_TEXT), z.regex(/^[^\p{Cc}]*$/u))
/** Milliseconds since 1970-01-01T00:00Z by the sender's clock, which may be wrong. Bounded by year 9999. */
export const Millis = z.int().check(z.nonnegative(), z.maximum(253_402_300_799_999))
export const Count = z.int().check(z.nonnegative())
export const Percent = z.number().check(z.minimum(0), z.maximum(100))
/** A machine's id: made by the collector at enrolment, 26 characters of Crockford base32 (ULID). */
export const MachineId = z.string().check(z.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/))
/** An Ed25519 public key: its 32 bytes, base64url. */
export const PublicKey = z.string().check(z.regex(/^[\w-]{43}$/))
/** That somebody has the key: an Ed25519 signature over what ./proof.ts says, base64url. */
export const KeyClaim = z.object({ public: PublicKey, signature: z.string().check(z.regex(/^[\w-]{86}$/)) })
export type KeyClaim = z.infer<typeof KeyClaim>
/** SHA-256 of something that tells computers apart, hexadecimal. */
const MarkHash = z.string().check(z.regex(/^[0-9a-f]{64}$/))
/** What tells one computer from another, each hashed so that nothing can be read back. */
export const Marks = z.object({
  /** Of Windows' machine GUID: the same on all computers of one image. */
  fingerprint: z.optional(MarkHash),
  /** Of the board's UUID: another one on another computer, also where its disk was copied. */
  hardware: z.optional(MarkHash),
  /** Of the system volume's serial number: another one after it was formatted. */
  volume: z.optional(MarkHash),
})
export type Marks = z.infer<typeof Marks>
/** Id of an event, unique within its machine: the same happening has the same id however often it is sent. */
export const EventId = z.string().check(z.regex(/^[\w.:-]{1,80}$/))
/** Id of one start of Windows: the boot's time as the kernel logged it, or the boot counter. Opaque to the collector. */
export const BootId = z.string().check(z.regex(/^[\w.:-]{1,80}$/))
/** 64 bits as 0x and up to 16 hexadecimal digits: JSON numbers do not hold them. */
export const Hex64 = z.string().check(z.regex(/^0x[0-9a-f]{1,16}$/))
/** A practice's ODS code, or any site's code. */
export const SiteCode = z.string().check(z.regex(/^[A-Z0-9][A-Z0-9_-]{0,31}$/))

export const ComponentKind = z.enum(COMPONENT_KINDS)
export type ComponentKind = z.infer<typeof ComponentKind>

/** How a boot ended. `unexpected`: power cut, hang or forced off; `unknown`: the log does not reach back that far. */
export const BootEnd = z.enum(['clean', 'bugcheck', 'unexpected', 'unknown'])
export type BootEnd = z.infer<typeof BootEnd>

/** Anything versioned whose change can break a machine, written `kind:name@version`. */
export const Component = z.object({
  kind: ComponentKind,
  /** Lower case product or file name: `falcon`, `falcon/291` (a channel), `csagent.sys`, `windows`. */
  name: Name,
  version: Name,
  /** When this version came to be on the machine; absent where nothing tells (it was there before the agent looked). */
  arrivedAt: z.optional(Millis),
  /** What a person should know: company, start type, "all bytes are zero". Values are short. */
  detail: z.optional(z.record(Name, Text)),
})
export type Component = z.infer<typeof Component>
