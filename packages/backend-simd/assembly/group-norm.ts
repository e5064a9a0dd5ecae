// Group normalization over channels-last data, with SiLU fused in. One chunk is one sample: its second pass finds the data
// in the cache. JavaScript side: src/kernels/group-norm.ts.
//
// With x̂ = (x − μ_g)·r_g, z = x̂·scale + offset and y = z or SiLU(z). All statistics are combined in float64.
import { combineWide, normalizeSiluWide, normalizeWide, siluGradWide, sumWide } from './group-norm-wide'
import { madd } from './madd'
import { siluF32x4, siluGradF32x4 } from './silu'
import { threadIndex } from './threads'
import { WIDE } from './wide'

// Arguments of both kernels: [0] positions, [1] channels, [2] groups, [3] epsilon, [4] whether SiLU follows, [5] and [6]
// distance of two samples' scales and offsets in bytes (0: shared), [7] scratch, [8] its stride per thread, then pointers.

/** Σ (x − k) and Σ (x − k)² of 16 channels, a cache line of each pixel, in registers. */
function sumLine(x: usize, end: usize, pixel: usize, sums: usize, squares: usize): void {
  const k0 = v128.load(x)
  const k1 = v128.load(x, 16)
  const k2 = v128.load(x, 32)
  const k3 = v128.load(x, 48)
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let q0 = s0
  let q1 = s0
  let q2 = s0
  let q3 = s0
  for (let p = x; p < end; p += pixel) {
    let d = f32x4.sub(v128.load(p), k0)
    s0 = f32x4.add(s0, d)
    q0 = madd(d, d, q0)
    d = f32x4.sub(v128.load(p, 16), k1)
    s1 = f32x4.add(s1, d)
    q1 = madd(d, d, q1)
    d = f32x4.sub(v128.load(p, 32), k2)
    s2 = f32x4.add(s2, d)
    q2 = madd(d, d, q2)
    d = f32x4.sub(v128.load(p, 48), k3)
    s3 = f32x4.add(s3, d)
    q3 = madd(d, d, q3)
  }
  v128.store(sums, s0)
  v128.store(sums, s1, 16)
  v128.store(sums, s2, 32)
  v128.store(sums, s3, 48)
  v128.store(squares, q0)
  v128.store(squares, q1, 16)
  v128.store(squares, q2, 32)
  v128.store(squares, q3, 48)
}

/** The same of the channels from `first` on. */
function sumRest(x: usize, end: usize, pixel: usize, first: usize, sums: usize, squares: usize): void {
  for (let p = x; p < end; p += pixel) {
    for (let c = first; c < pixel; c += 4) {
      const d = load<f32>(p + c) - load<f32>(x + c)
      store<f32>(sums + c, load<f32>(sums + c) + d)
      store<f32>(squares + c, load<f32>(squares + c) + d * d)
    }
  }
}

/** μ and r of the groups of a sample, from sums of (x − k) and (x − k)² per channel with k the first pixel's value. */
function statistics(
  x: usize,
  positions: i32,
  channels: i32,
  groups: i32,
  epsilon: f64,
  mean: usize,
  rstd: usize,
  sums: usize,
): void {
  const pixel = (<usize>channels) << 2
  const squares = sums + pixel
  memory.fill(sums, 0, 2 * pixel)
  const end = x + <usize>positions * pixel
  const lines = pixel & -64
  for (let c: usize = 0; c < lines; c += 64) sumLine(x + c, end, pixel, sums + c, squares + c)
  if (lines < pixel) sumRest(x, end, pixel, lines, sums, squares)
  const size = channels / groups
  const n = <f64>positions
  for (let g = 0; g < groups; g++) {
    const from = (<usize>(g * size)) << 2
    const until = from + ((<usize>size) << 2)
    let total: f64 = 0
    for (let c = from; c < until; c += 4) total += <f64>load<f32>(x + c) + <f64>load<f32>(sums + c) / n
    const mu = total / <f64>size
    let variance: f64 = 0
    for (let c = from; c < until; c += 4) {
      const shift = <f64>load<f32>(sums + c) / n
      const apart = <f64>load<f32>(x + c) + shift - mu
      variance += <f64>load<f32>(squares + c) / n - shift * shift + apart * apart
    }
    store<f32>(mean + ((<usize>g) << 2), <f32>mu)
    store<f32>(rstd + ((<usize>g) << 2), <f32>(1 / Math.sqrt(max<f64>(variance / <f64>size, 0) + epsilon)))
  }
}

/** z = x·a + b: writes a = r·scale and b = offset − μ·a of each channel. */
function affine(
  channels: i32,
  groups: i32,
  mean: usize,
  rstd: usize,
  scale: usize,
  offset: usize,
  a: usize,
  b: usize,
): void {
  const size = channels / groups
  for (let c = 0; c < channels; c++) {
    const g = (<usize>(c / size)) << 2
    const at = (<usize>c) << 2
    const slope = load<f32>(rstd + g) * load<f32>(scale + at)
    store<f32>(a + at, slope)
    store<f32>(b + at, load<f32>(offset + at) - load<f32>(mean + g) * slope)
  }
}

/** Pointers: x, scale, offset, y, mean [batch, groups], rstd [batch, groups]. Scratch: 4 floats per channel. */
export function groupNorm(args: usize, chunk: i32): void {
  const positions = load<i32>(args)
  const channels = load<i32>(args, 4)
  const groups = load<i32>(args, 8)
  const silu = load<i32>(args, 16) != 0
  const pixel = (<usize>channels) << 2
  const sample = <usize>positions * pixel
  const sums = <usize>load<u32>(args, 28) + <usize>threadIndex() * <usize>load<u32>(args, 32)
  const x = <usize>load<u32>(args, 36) + <usize>chunk * sample
  const scale = <usize>load<u32>(args, 40) + <usize>chunk * <usize>load<u32>(args, 20)
  const offset = <usize>load<u32>(args, 44) + <usize>chunk * <usize>load<u32>(args, 24)
  const y = <usize>load<u32>(args, 48) + <usize>chunk * sample
  const mean = <usize>load<u32>(args, 52) + ((<usize>(chunk * groups)) << 2)
  const rstd = <usize>load<u32>(args, 56) + ((<usize>(chunk * groups)) << 2)
  const a = sums + 2 * pixel
  const b = a + pixel
  statistics(x, positions, channels, groups, <f64>load<f32>(args, 12), mean, rstd, sums)
  affine(channels, groups, mean, rstd, scale, offset, a, b)
  const vectors = pixel & -16
  for (let at: usize = 0; at < sample; at += pixel) {
    let c: usize = 0
    if (WIDE && silu) c = normalizeSiluWide(x + at, y + at, a, b, pixel)
    else if (WIDE) c = normalizeWide(x + at, y + at, a, b, pixel)
    for (; c < vectors; c += 16) {
      const z = madd(v128.load(x + at + c), v128.load(a + c), v128.load(b + c))
      v128.store(y + at + c, silu ? siluF32x4(z) : z)
    }
    for (; c < pixel; c += 4) {
      const z = f32x4.splat(load<f32>(x + at + c) * load<f32>(a + c) + load<f32>(b + c))
      v128.store_lane<f32>(y + at + c, silu ? siluF32x4(z) : z, 0)
    }
  }
}

/**
 * Pointers: x, scale, offset, dy, mean, rstd, dx, sums of dz and of dz·x̂ per sample, each [batch, channels]. Scratch: 6
 * floats per channel.
 */
export function groupNormGrad(args: usize, chunk: i32): void {
  const positions = load<i32>(args)
  const channels = load<i32>(args, 4)
  const groups = load<i32>(args, 8)
  const silu = load<i32>(args, 16) != 0
  const pixel = (<usize>channels) << 2
  const sample = <usize>positions * pixel
  const a = <usize>load<u32>(args, 28) + <usize>threadIndex() * <usize>load<u32>(args, 32)
  const b = a + pixel
  const x = <usize>load<u32>(args, 36) + <usize>chunk * sample
  const scale = <usize>load<u32>(args, 40) + <usize>chunk * <usize>load<u32>(args, 20)
  const offset = <usize>load<u32>(args, 44) + <usize>chunk * <usize>load<u32>(args, 24)
  const dy = <usize>load<u32>(args, 48) + <usize>chunk * sample
  const mean = <usize>load<u32>(args, 52) + ((<usize>(chunk * groups)) << 2)
  const rstd = <usize>load<u32>(args, 56) + ((<usize>(chunk * groups)) << 2)
  const dx = <usize>load<u32>(args, 60) + <usize>chunk * sample
  // The sums grow in scratch: those of two samples lie side by side in memory, and two threads would fight over them.
  const sums = a + 4 * pixel
  const products = sums + pixel
  affine(channels, groups, mean, rstd, scale, offset, a, b)
  sumGradients(x, dy, dx, sample, pixel, a, b, silu, sums, products)
  spread(x, channels, groups, positions, mean, rstd, scale, sums, products, b + pixel)
  memory.copy(<usize>load<u32>(args, 64) + <usize>chunk * pixel, sums, pixel)
  memory.copy(<usize>load<u32>(args, 68) + <usize>chunk * pixel, products, pixel)
  // dx = dz·a + x·e + f; dz is in dx already where SiLU follows.
  const dz = silu ? dx : dy
  const e = b + pixel
  const f = e + pixel
  const vectors = pixel & -16
  for (let at: usize = 0; at < sample; at += pixel) {
    let c: usize = WIDE ? combineWide(x + at, dz + at, dx + at, a, e, f, pixel) : 0
    for (; c < vectors; c += 16) {
      const linear = madd(v128.load(x + at + c), v128.load(e + c), v128.load(f + c))
      v128.store(dx + at + c, madd(v128.load(dz + at + c), v128.load(a + c), linear))
    }
    for (; c < pixel; c += 4) {
      const linear = load<f32>(x + at + c) * load<f32>(e + c) + load<f32>(f + c)
      store<f32>(dx + at + c, load<f32>(dz + at + c) * load<f32>(a + c) + linear)
    }
  }
}

/** Per channel Σ dz and Σ dz·(x − k), k the first pixel's value; writes dz to dx where SiLU follows. */
function sumGradients(
  x: usize,
  dy: usize,
  dx: usize,
  sample: usize,
  pixel: usize,
  a: usize,
  b: usize,
  silu: bool,
  sums: usize,
  products: usize,
): void {
  memory.fill(sums, 0, pixel)
  memory.fill(products, 0, pixel)
  const vectors = pixel & -16
  for (let at: usize = 0; at < sample; at += pixel) {
    let c: usize = 0
    if (WIDE) {
      if (silu) siluGradWide(x + at, dy + at, dx + at, a, b, pixel)
      c = sumWide(x + at, (silu ? dx : dy) + at, x, sums, products, pixel)
    }
    for (; c < vectors; c += 16) {
      const value = v128.load(x + at + c)
      let dz = v128.load(dy + at + c)
      if (silu) {
        dz = siluGradF32x4(dz, madd(value, v128.load(a + c), v128.load(b + c)))
        v128.store(dx + at + c, dz)
      }
      v128.store(sums + c, f32x4.add(v128.load(sums + c), dz))
      // Centered by the first pixel, like the statistics, so that a large mean does not cancel.
      const centered = f32x4.sub(value, v128.load(x + c))
      v128.store(products + c, madd(dz, centered, v128.load(products + c)))
    }
    for (; c < pixel; c += 4) {
      const value = load<f32>(x + at + c)
      let dz = load<f32>(dy + at + c)
      if (silu) {
        const z = f32x4.splat(value * load<f32>(a + c) + load<f32>(b + c))
        dz = f32x4.extract_lane(siluGradF32x4(f32x4.splat(dz), z), 0)
        store<f32>(dx + at + c, dz)
      }
      store<f32>(sums + c, load<f32>(sums + c) + dz)
      store<f32>(products + c, load<f32>(products + c) + dz * (value - load<f32>(x + c)))
    }
  }
}

/** Turns Σ dz·(x − k) into Σ dz·x̂, and writes e = −r²·G₂/n and f = −r·G₁/n − μ·e of each channel behind each other at `e`. */
function spread(
  x: usize,
  channels: i32,
  groups: i32,
  positions: i32,
  mean: usize,
  rstd: usize,
  scale: usize,
  sums: usize,
  products: usize,
  e: usize,
): void {
  const size = channels / groups
  const n = <f64>positions * <f64>size
  const f = e + ((<usize>channels) << 2)
  for (let g = 0; g < groups; g++) {
    const mu = <f64>load<f32>(mean + ((<usize>g) << 2))
    const r = <f64>load<f32>(rstd + ((<usize>g) << 2))
    const from = (<usize>(g * size)) << 2
    const until = from + ((<usize>size) << 2)
    let first: f64 = 0
    let second: f64 = 0
    for (let c = from; c < until; c += 4) {
      const sum = <f64>load<f32>(sums + c)
      const product = (<f64>load<f32>(products + c) + (<f64>load<f32>(x + c) - mu) * sum) * r
      store<f32>(products + c, <f32>product)
      first += <f64>load<f32>(scale + c) * sum
      second += <f64>load<f32>(scale + c) * product
    }
    const slope = (-r * r * second) / n
    const constant = (-r * first) / n - mu * slope
    for (let c = from; c < until; c += 4) {
      store<f32>(e + c, <f32>slope)
      store<f32>(f + c, <f32>constant)
    }
  }
}

/** Sums rows in order. Arguments: from [rows, columns], to [columns], rows, columns. */
export function sumRows(args: usize, _chunk: i32): void {
  const from = <usize>load<u32>(args)
  const to = <usize>load<u32>(args, 4)
  const rows = load<i32>(args, 8)
  const row = (<usize>load<i32>(args, 12)) << 2
  for (let c: usize = 0; c < row; c += 4) {
    let sum: f64 = 0
    for (let r = 0; r < rows; r++) sum += <f64>load<f32>(from + <usize>r * row + c)
    store<f32>(to + c, <f32>sum)
  }
}
