/** FNV-1a over UTF-16 units, 32 bit: http://www.isthe.com/chongo/tech/comp/fnv/. Two boots of one machine collide once in 4e9. */
export function bootNumber(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
