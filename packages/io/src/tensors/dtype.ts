/** The element types of safetensors and npy files. @module */

/**
 * Bits of one element, in the order of the safetensors reference implementation: files are sorted by it, widest last here
 * and first in the file, so that every tensor is aligned to its element.
 */
const bits = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const

/** An element type by its safetensors name. */
export type Dtype = keyof typeof bits

/** All element types, in the reference order. */
export const dtypes: readonly Dtype[] = Object.keys(bits) as Dtype[]

const rank = new Map<string, number>(dtypes.map((dtype, index) => [dtype, index]))

/** Says whether a name is one of the element types. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && rank.has(name)
}

/** The place of an element type in the reference order. */
export function dtypeRank(dtype: Dtype): number {
  return rank.get(dtype) as number
}

/** Most dimensions of a tensor in a file: those of NumPy 2. */
export const maxRank = 64

/**
 * The bytes that `shape` takes, or `undefined` when the elements do not fill whole bytes (4 and 6 bit types), a dimension
 * is no size, there are more than {@link maxRank}, or the number is beyond what is exact, in whatever order they come: a
 * dimension of 0 does not hide others that are too large.
 */
export function byteLength(dtype: Dtype, shape: readonly number[]): number | undefined {
  if (shape.length > maxRank) return undefined
  let total: number = bits[dtype]
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return undefined
    total *= Math.max(1, dimension)
    if (!Number.isSafeInteger(total)) return undefined
  }
  if (shape.includes(0)) return 0
  return total % 8 === 0 ? total / 8 : undefined
}
