/** A short name for the bits of a model's weights. @module */
import { readWeights, type WithPlayers } from './weights.ts'

/**
 * The 64-bit FNV-1a hash of a model's weights, as 16 hexadecimal digits: over the names of {@link variablesOf}, in their order,
 * each followed by the bytes of its values. Two runs with the same fingerprint have, but for one chance in 10¹⁹, the same weights
 * to the bit; one bit of one weight changes it. It tells runs apart; against somebody who wants two models to look the same it
 * is no protection.
 *
 * @see The FNV non-cryptographic hash algorithm (Fowler et al., 2024) https://datatracker.ietf.org/doc/draft-eastlake-fnv/
 * @example
 * const before = await fingerprint(model)
 * before === (await fingerprint(model)) // true
 */
export async function fingerprint(model: WithPlayers): Promise<string> {
  const hash = fnv1a()
  const text = new TextEncoder()
  for (const [name, { data }] of Object.entries(await readWeights(model))) {
    hash.add(text.encode(name))
    hash.add(data)
  }
  return hash.digits()
}

/** The hash of what is added, over 32-bit halves: hash ← (hash xor byte) · (2⁴⁰ + 435) mod 2⁶⁴. */
export function fnv1a(): { add(bytes: Uint8Array): void; digits(): string } {
  let [high, low] = [0xcbf29ce4, 0x84222325]
  return {
    add(bytes) {
      for (const byte of bytes) {
        const mixed = (low ^ byte) >>> 0
        const product = mixed * 435
        low = product >>> 0
        high = (high * 435 + Math.floor(product / 2 ** 32) + mixed * 256) >>> 0
      }
    },
    digits: () => [high, low].map((half) => half.toString(16).padStart(8, '0')).join(''),
  }
}
