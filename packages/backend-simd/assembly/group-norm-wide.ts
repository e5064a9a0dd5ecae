// The passes of group-norm.ts over one pixel in the 256-bit builds (wide.ts): eight channels a step. Each returns the bytes of
// the channels that are done; the others are left to group-norm.ts, which computes the same.
import { madd } from './madd'
import { siluF32x4, siluGradF32x4 } from './silu'

/** y = x·a + b. */
export function normalizeWide(x: usize, y: usize, a: usize, b: usize, pixel: usize): usize {
  const vectors = pixel & -32
  for (let c: usize = 0; c < vectors; c += 32) {
    const low = madd(v128.load(x + c), v128.load(a + c), v128.load(b + c))
    const high = madd(v128.load(x + c, 16), v128.load(a + c, 16), v128.load(b + c, 16))
    v128.store(y + c, low)
    v128.store(y + c, high, 16)
  }
  return vectors
}

/** y = SiLU(x·a + b). */
export function normalizeSiluWide(x: usize, y: usize, a: usize, b: usize, pixel: usize): usize {
  const vectors = pixel & -32
  for (let c: usize = 0; c < vectors; c += 32) {
    const low = madd(v128.load(x + c), v128.load(a + c), v128.load(b + c))
    const high = madd(v128.load(x + c, 16), v128.load(a + c, 16), v128.load(b + c, 16))
    const lowY = siluF32x4(low)
    const highY = siluF32x4(high)
    v128.store(y + c, lowY)
    v128.store(y + c, highY, 16)
  }
  return vectors
}

/** dx = dz·a + (x·e + f). */
export function combineWide(x: usize, dz: usize, dx: usize, a: usize, e: usize, f: usize, pixel: usize): usize {
  const vectors = pixel & -32
  for (let c: usize = 0; c < vectors; c += 32) {
    const low = madd(v128.load(x + c), v128.load(e + c), v128.load(f + c))
    const high = madd(v128.load(x + c, 16), v128.load(e + c, 16), v128.load(f + c, 16))
    const lowX = madd(v128.load(dz + c), v128.load(a + c), low)
    const highX = madd(v128.load(dz + c, 16), v128.load(a + c, 16), high)
    v128.store(dx + c, lowX)
    v128.store(dx + c, highX, 16)
  }
  return vectors
}

/** dz of a pixel to dx: dy times the slope of SiLU at x·a + b. */
export function siluGradWide(x: usize, dy: usize, dx: usize, a: usize, b: usize, pixel: usize): void {
  const vectors = pixel & -32
  for (let c: usize = 0; c < vectors; c += 32) {
    const low = madd(v128.load(x + c), v128.load(a + c), v128.load(b + c))
    const high = madd(v128.load(x + c, 16), v128.load(a + c, 16), v128.load(b + c, 16))
    const dLow = siluGradF32x4(v128.load(dy + c), low)
    const dHigh = siluGradF32x4(v128.load(dy + c, 16), high)
    v128.store(dx + c, dLow)
    v128.store(dx + c, dHigh, 16)
  }
}

/** What dz of a pixel adds to the sums of dz and of dz·(x − k); k stands at `first`. */
export function sumWide(x: usize, dz: usize, first: usize, sums: usize, products: usize, pixel: usize): usize {
  const vectors = pixel & -32
  for (let c: usize = 0; c < vectors; c += 32) {
    const low = v128.load(dz + c)
    const high = v128.load(dz + c, 16)
    const lowApart = f32x4.sub(v128.load(x + c), v128.load(first + c))
    const highApart = f32x4.sub(v128.load(x + c, 16), v128.load(first + c, 16))
    const lowSum = f32x4.add(v128.load(sums + c), low)
    const highSum = f32x4.add(v128.load(sums + c, 16), high)
    const lowProduct = madd(low, lowApart, v128.load(products + c))
    const highProduct = madd(high, highApart, v128.load(products + c, 16))
    v128.store(sums + c, lowSum)
    v128.store(sums + c, highSum, 16)
    v128.store(products + c, lowProduct)
    v128.store(products + c, highProduct, 16)
  }
  return vectors
}
