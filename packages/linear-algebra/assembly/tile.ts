// The register tile of the product: 4 × 4 sums in eight registers while the depth is walked.
//
// The step is written out four times with a look at the end between them; without the look the compiler mixes the loads
// of several steps, runs out of registers and spills: 17 instead of 29 GFLOP/s (V8 11.3, one Zen 5 core). Tiles of 5 × 4,
// 6 × 4, 3 × 6 and 6 × 8 spill as well. Multiplication and addition stay two instructions: in one, they gain nothing here
// (30), and the last bits would depend on the engine.

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return v128.add<f64>(c, v128.mul<f64>(a, b))
}

// @ts-ignore: decorator
@inline
function addTo(c: usize, sum0: v128, sum1: v128): void {
  v128.store(c, v128.add<f64>(v128.load(c), sum0))
  v128.store(c, v128.add<f64>(v128.load(c, 16), sum1), 16)
}

/** Adds panels of 4 rows and 4 columns, multiplied, to the result, whose rows are `stride` bytes apart; depth ≥ 1. */
export function addTile(left: usize, right: usize, depth: i32, c: usize, stride: usize): void {
  let c00 = v128.splat<f64>(0),
    c01 = v128.splat<f64>(0)
  let c10 = v128.splat<f64>(0),
    c11 = v128.splat<f64>(0)
  let c20 = v128.splat<f64>(0),
    c21 = v128.splat<f64>(0)
  let c30 = v128.splat<f64>(0),
    c31 = v128.splat<f64>(0)
  const end = right + ((<usize>depth) << 5)
  // biome-ignore format: a line is what one row of the tile does in a step
  while (true) {
    let b0 = v128.load(right), b1 = v128.load(right, 16)
    let s = v128.load64_splat(left); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load64_splat(left, 8); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load64_splat(left, 16); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load64_splat(left, 24); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    right += 32; left += 32
    if (right >= end) break
    b0 = v128.load(right), b1 = v128.load(right, 16)
    s = v128.load64_splat(left); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load64_splat(left, 8); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load64_splat(left, 16); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load64_splat(left, 24); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    right += 32; left += 32
    if (right >= end) break
    b0 = v128.load(right), b1 = v128.load(right, 16)
    s = v128.load64_splat(left); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load64_splat(left, 8); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load64_splat(left, 16); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load64_splat(left, 24); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    right += 32; left += 32
    if (right >= end) break
    b0 = v128.load(right), b1 = v128.load(right, 16)
    s = v128.load64_splat(left); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    s = v128.load64_splat(left, 8); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11)
    s = v128.load64_splat(left, 16); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21)
    s = v128.load64_splat(left, 24); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31)
    right += 32; left += 32
    if (right >= end) break
  }
  addTo(c, c00, c01)
  addTo(c + stride, c10, c11)
  addTo(c + 2 * stride, c20, c21)
  addTo(c + 3 * stride, c30, c31)
}
