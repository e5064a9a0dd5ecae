// Random numbers of a key, bit for bit those of packages/backend/src/random: Philox 4x32-10 and Box–Muller in float64 with
// the same operations in the same order (no fused multiply-add, no library functions).
// JavaScript side: src/kernels/philox.ts. Arguments: key words hi and lo, first row (low, high word), rows, columns, y.
import { chunkStart } from './threads'

const M0: u64 = 0xd2511f53
const M1: u64 = 0xcd9e8d57
const W0: u32 = 0x9e3779b9
const W1: u32 = 0xbb67ae85
const LN2: f64 = 0.6931471805599453
const SQRT_HALF: f64 = 0.7071067811865476
const ANGLE_UNIT: f64 = 1.4629180792671596e-9

/** −ln((a + ½)·2⁻³²). */
// @ts-ignore: decorator
@inline
function negativeLog(a: u32): f64 {
  let z = <i32>clz(a)
  // 2^(z − 33) by its exponent bits.
  let f = (<f64>a * 2 + 1) * reinterpret<f64>((<i64>(z - 33 + 1023)) << 52)
  if (f < SQRT_HALF) {
    f = f * 2
    z = z + 1
  }
  const s = (f - 1) / (f + 1)
  const w = s * s
  const series = 1 + w * (1.0 / 3 + w * (1.0 / 5 + w * (1.0 / 7 + w * (1.0 / 9 + w * (1.0 / 11)))))
  return <f64>z * LN2 - 2 * s * series
}

/** One or two normal numbers from two words. */
// @ts-ignore: decorator
@inline
function boxMuller(a: u32, b: u32, to: usize, both: bool): void {
  const radius = sqrt<f64>(2 * negativeLog(a))
  const quarter = ((b + 0x20000000) >> 30) & 3
  const rest = <f64>(<i32>(b << 2) >> 2) * ANGLE_UNIT
  const w = rest * rest
  const cosine =
    1 -
    w * (1.0 / 2 - w * (1.0 / 24 - w * (1.0 / 720 - w * (1.0 / 40320 - w * (1.0 / 3628800 - w * (1.0 / 479001600))))))
  const sine =
    rest * (1 - w * (1.0 / 6 - w * (1.0 / 120 - w * (1.0 / 5040 - w * (1.0 / 362880 - w * (1.0 / 39916800))))))
  const c: f64 = quarter == 0 ? 1 : quarter == 2 ? -1 : 0
  const s: f64 = quarter == 1 ? 1 : quarter == 3 ? -1 : 0
  store<f32>(to, <f32>(radius * (c * cosine - s * sine)))
  if (both) store<f32>(to, <f32>(radius * (s * cosine + c * sine)), 4)
}

// @ts-ignore: decorator
@inline
function philox(args: usize, chunk: i32, isNormal: bool): void {
  const hi = load<u32>(args)
  const lo = load<u32>(args, 4)
  const offset = <u64>load<u32>(args, 8) | ((<u64>load<u32>(args, 12)) << 32)
  const rows = load<i32>(args, 16)
  const columns = load<i32>(args, 20)
  const y = <usize>load<u32>(args, 24)
  const blocks = (columns + 3) >> 2
  const end = chunkStart(rows * blocks, chunk + 1, 1)
  for (let at = chunkStart(rows * blocks, chunk, 1); at < end; at++) {
    const row = at / blocks
    const block = at - row * blocks
    let c0 = <u32>block
    let c1 = <u32>(offset + row)
    let c2 = <u32>((offset + row) >> 32)
    let c3: u32 = 0
    let k0 = hi
    let k1 = lo
    for (let round = 0; round < 10; round++) {
      const p0 = M0 * <u64>c0
      const p1 = M1 * <u64>c2
      c0 = <u32>(p1 >> 32) ^ c1 ^ k0
      c1 = <u32>p1
      c2 = <u32>(p0 >> 32) ^ c3 ^ k1
      c3 = <u32>p0
      k0 += W0
      k1 += W1
    }
    const count = min(4, columns - (block << 2))
    const to = y + ((<usize>(row * columns + (block << 2))) << 2)
    if (isNormal) {
      boxMuller(c0, c1, to, count > 1)
      if (count > 2) boxMuller(c2, c3, to + 8, count > 3)
    } else {
      store<f32>(to, <f32>(c0 >> 8) * 5.9604644775390625e-8)
      if (count > 1) store<f32>(to, <f32>(c1 >> 8) * 5.9604644775390625e-8, 4)
      if (count > 2) store<f32>(to, <f32>(c2 >> 8) * 5.9604644775390625e-8, 8)
      if (count > 3) store<f32>(to, <f32>(c3 >> 8) * 5.9604644775390625e-8, 12)
    }
  }
}

export function philoxNormal(args: usize, chunk: i32): void {
  philox(args, chunk, true)
}
export function philoxUniform(args: usize, chunk: i32): void {
  philox(args, chunk, false)
}
