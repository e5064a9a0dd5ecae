/** Bits in short. @module */
import { fold, key } from '@gen/backend'

/** 16 hexadecimal digits, by folding every word into a key; the bytes that are left after the last whole word are one more. */
export function bitsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  const words = new Uint32Array(Math.ceil(byteLength / 4))
  new Uint8Array(words.buffer).set(bytes)
  let k = key(0)
  for (const word of words) k = fold(k, word)
  return [k.hi, k.lo].map((half) => half.toString(16).padStart(8, '0')).join('')
}
