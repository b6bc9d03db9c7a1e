/** What makers leave where a serial number belongs: thousands of computers share each of them. */
const NO_SERIAL =
  /^(to be filled.*|default string|(system |chassis )?serial number|none|n\/?a|not (specified|available|applicable).*|unknown|invalid|o\.?e\.?m\.?|[0x.\- ]+|0?123456789\d?)$/i

/** A computer's serial number in small letters; empty where its maker gave it none. */
export function serialOf(text: string): string {
  const serial = text.trim().toLowerCase()
  return NO_SERIAL.test(serial) ? '' : serial
}
