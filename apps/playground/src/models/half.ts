/** Weights in half the bytes. @module */
import type { RawTensor } from '@gen/io'

/** The tensor with 16-bit floats, each the nearest; what has no such float is refused. */
export function halved({ shape, data }: RawTensor): RawTensor {
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  const halves = Uint16Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length), halfBits)
  return { dtype: 'F16', shape, data: new Uint8Array(halves.buffer) }
}

/** The bits of the 16-bit float nearest to a 32-bit one, given by its bits; of two the even one. */
export function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude >= 0x477ff000) throw new RangeError('a 16-bit float ends at 65,504')
  const tie = (magnitude >>> 13) & 1
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + tie) >>> 13)
  // Below 2⁻¹⁴ halves are equally far apart: 2⁻²⁴.
  const steps = new Float32Array(Uint32Array.of(magnitude).buffer)[0]! * 2 ** 24
  const [down, rest] = [Math.floor(steps), steps % 1]
  return sign | (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down)
}
