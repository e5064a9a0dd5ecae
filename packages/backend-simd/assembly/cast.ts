// Conversions between storage types and constant fill. Arguments: x, y, size (fill: y, bits, size).
import { fillBytes } from './bytes'
import { chunkStart } from './threads'

export function castI32ToF32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  let i = chunkStart(size, chunk, 16)
  for (; i + 4 <= end; i += 4) {
    v128.store(y + ((<usize>i) << 2), f32x4.convert_i32x4_s(v128.load(x + ((<usize>i) << 2))))
  }
  for (; i < end; i++) store<f32>(y + ((<usize>i) << 2), <f32>load<i32>(x + ((<usize>i) << 2)))
}

export function castBoolToF32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  for (let i = chunkStart(size, chunk, 16); i < end; i++) {
    store<f32>(y + ((<usize>i) << 2), <f32>load<u8>(x + <usize>i))
  }
}

export function castBoolToI32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  for (let i = chunkStart(size, chunk, 16); i < end; i++) {
    store<i32>(y + ((<usize>i) << 2), <i32>load<u8>(x + <usize>i))
  }
}

/** As JavaScript does it: towards zero, modulo 2³²; NaN and infinities give 0. */
export function castF32ToI32(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  let i = chunkStart(size, chunk, 16)
  for (; i + 4 <= end; i += 4) {
    const four = v128.load(x + ((<usize>i) << 2))
    if (!i32x4.all_true(f32x4.lt(f32x4.abs(four), f32x4.splat(2147483648)))) break
    v128.store(y + ((<usize>i) << 2), i32x4.trunc_sat_f32x4_s(four))
  }
  for (; i < end; i++) {
    const value = load<f32>(x + ((<usize>i) << 2))
    // Larger ones are multiples of 2³².
    store<i32>(y + ((<usize>i) << 2), abs(value) < 4611686018427387904 ? <i32>(<i64>value) : 0)
  }
}

export function castF32ToBool(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 64)
  for (let i = chunkStart(size, chunk, 64); i < end; i++) {
    store<u8>(y + <usize>i, load<f32>(x + ((<usize>i) << 2)) != 0 ? 1 : 0)
  }
}

export function castI32ToBool(args: usize, chunk: i32): void {
  const x = <usize>load<u32>(args)
  const y = <usize>load<u32>(args, 4)
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 64)
  for (let i = chunkStart(size, chunk, 64); i < end; i++) {
    store<u8>(y + <usize>i, load<i32>(x + ((<usize>i) << 2)) != 0 ? 1 : 0)
  }
}

/** Fills 4-byte elements with one value, given by its bits. */
export function fill32(args: usize, chunk: i32): void {
  const y = <usize>load<u32>(args)
  const value = i32x4.splat(load<i32>(args, 4))
  const size = load<i32>(args, 8)
  const end = chunkStart(size, chunk + 1, 16)
  let i = chunkStart(size, chunk, 16)
  for (; i + 4 <= end; i += 4) v128.store(y + ((<usize>i) << 2), value)
  for (; i < end; i++) v128.store_lane<i32>(y + ((<usize>i) << 2), value, 0)
}

/** Fills bytes with one value. */
export function fill8(args: usize, chunk: i32): void {
  const y = <usize>load<u32>(args)
  const size = load<i32>(args, 8)
  const start = chunkStart(size, chunk, 64)
  fillBytes(y + <usize>start, <u32>load<u8>(args, 4) * 0x01010101, <usize>(chunkStart(size, chunk + 1, 64) - start))
}
