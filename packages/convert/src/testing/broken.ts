/** Files that are broken in all ways that readers must survive. @module */
import { key, randintArray } from '@gen/backend'

/** A stream of whole numbers below 2³¹. */
function draws(seed: number): () => number {
  const numbers = randintArray(key(seed), 1, 16, { min: 0, max: 2 ** 31 - 1 })
  let at = 0
  return () => numbers[at++ % numbers.length]!
}

/** What readers may take for a size. */
const sizes = [2n ** 31n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 63n - 1n, 2n ** 64n - 1n]

/** Where headers are: at the beginning, in zip files at the end. */
function headerPlace(length: number, next: () => number): number {
  const within = Math.max(1, Math.min(length - 8, 2048))
  return next() % 3 === 0 ? Math.max(0, length - 8 - (next() % within)) : next() % within
}

/** Bytes here and there are others, a size is huge, the end is missing, or the whole is something else. */
export function broken(bytes: Uint8Array, seed: number): Uint8Array {
  const next = draws(seed)
  const kind = next() % 8
  if (kind === 0) return bytes.slice(0, next() % bytes.length)
  if (kind === 1) return Uint8Array.from({ length: next() % 400 }, () => next() % 256)
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  const size = sizes[next() % sizes.length]!
  if (kind === 2 && copy.length > 8) view.setBigUint64(headerPlace(copy.length, next), size, true)
  else if (kind === 3 && copy.length > 8)
    view.setUint32(headerPlace(copy.length, next), Number(size & 0xffffffffn), true)
  else if (kind === 4) return withLongNumber(copy, next)
  else for (let i = 0; i < 1 + (kind % 4); i++) copy[next() % copy.length] = next() % 256
  return copy
}

/** A number that is written in digits is another, and huge: sizes in JSON. */
function withLongNumber(bytes: Uint8Array, next: () => number): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39
  const from = next() % bytes.length
  const start = bytes.findIndex((byte, i) => i >= from && isDigit(byte))
  if (start < 0) return bytes
  for (let i = start; isDigit(bytes[i]); i++) bytes[i] = 0x39
  return bytes
}

const kinds = ['ArrayBuffer', 'Uint8Array', 'Int32Array', 'Float32Array', 'Float64Array'] as const

/** The most bytes that anything makes at once while a function runs. */
export async function largestAllocation(run: () => Promise<void>): Promise<number> {
  let largest = 0
  const originals = kinds.map((name) => globalThis[name])
  for (const [i, name] of kinds.entries()) {
    const original = originals[i]!
    const width = 'BYTES_PER_ELEMENT' in original ? original.BYTES_PER_ELEMENT : 1
    const watched: object = new Proxy(original, {
      construct(target, words: unknown[], maker) {
        if (typeof words[0] === 'number') largest = Math.max(largest, words[0] * width)
        return Reflect.construct(target, words, maker === watched ? target : maker)
      },
    })
    Reflect.set(globalThis, name, watched)
  }
  try {
    await run()
    return largest
  } finally {
    for (const [i, name] of kinds.entries()) Reflect.set(globalThis, name, originals[i])
  }
}
