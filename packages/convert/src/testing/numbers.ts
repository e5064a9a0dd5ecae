/** Numbers by a formula, the same as those of fixtures/diffusers/common.py. @module */
import type { RawTensor } from '@gen/io'
import { type Tensor, tensor, transpose } from '@tensorflow/tfjs-core'
import { peerShape, type WeightShape } from '../weights/named-weight.ts'

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  return c
})

/** CRC-32 of a name. */
function crc32(name: string): number {
  let c = ~0
  for (const byte of new TextEncoder().encode(name)) c = table[(c ^ byte) & 255]! ^ (c >>> 8)
  return ~c >>> 0
}

/** Even in [−scale, scale): element i is murmur3's mix of i and the name's CRC-32. */
export function numbers(name: string, size: number, scale = 1): Float32Array {
  const seed = crc32(name)
  return Float32Array.from({ length: size }, (_, i) => {
    let x = (Math.imul(i, 0x9e3779b9) + seed) >>> 0
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0
    x = (x ^ (x >>> 16)) >>> 0
    return (x / 2 ** 31 - 1) * scale
  })
}

/** A weight's numbers in PyTorch's layout, as `fill` of common.py makes them. */
export function weightNumbers(weight: WeightShape): { shape: number[]; values: Float32Array } {
  const { name } = weight
  const shape = peerShape(weight)
  const size = shape.reduce((product, n) => product * n, 1)
  if (name === 'time_proj.weight' && shape.length === 1) return { shape, values: numbers(name, size, 4) }
  if (shape.length > 1) return { shape, values: numbers(name, size, Math.sqrt((3 * shape[0]!) / size)) }
  const isScale = name.endsWith('weight')
  const values = numbers(name, size, 0.2)
  // Running averages of what is never negative.
  if (/(squared_error|counts|steps_done)$/.test(name)) return { shape, values: values.map(Math.abs) }
  return { shape, values: isScale ? values.map((value) => 1 + value) : values }
}

/** Images `[batch, height, width, channels]` by the formula, whose numbers lie channels first. */
export function images(
  name: string,
  [batch, height, width, channels]: [number, number, number, number],
  scale = 1,
): Tensor {
  const flat = numbers(name, batch * height * width * channels, scale)
  const first = tensor(flat, [batch, channels, height, width])
  const last = transpose(first, [0, 2, 3, 1])
  first.dispose()
  return last
}

/** All weights of a network by the formula, as a file would hold them. */
export function byFormula(weights: readonly WeightShape[]): Record<string, RawTensor> {
  return Object.fromEntries(
    weights.map((weight) => {
      const { shape, values } = weightNumbers(weight)
      return [weight.name, { dtype: 'F32' as const, shape, data: new Uint8Array(values.buffer) }]
    }),
  )
}
