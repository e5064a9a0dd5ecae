// Register tiles of the 256-bit builds (wide.ts) for a left factor that is read where it lies; see wide-packed.ts.
import { madd } from './madd'

/**
 * 6 × 16: `taps` times `depth` numbers of each row, first from `r0` to `r5`, then from where the entries behind `table` (four rows)
 * and `table2` (two) point, 16 bytes a tap. All else as of packedSix.
 */
// @ts-ignore: decorator
@inline
export function directSix(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  table: usize,
  table2: usize,
  taps: i32,
  b: usize,
  depth: i32,
  next: usize,
  init: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  y4: usize,
  y5: usize,
): void {
  const fresh = init != 0
  let p: usize
  p = fresh ? init : y0
  let c00 = v128.load(p),
    c01 = v128.load(p, 16),
    c02 = v128.load(p, 32),
    c03 = v128.load(p, 48)
  p = fresh ? init : y1
  let c10 = v128.load(p),
    c11 = v128.load(p, 16),
    c12 = v128.load(p, 32),
    c13 = v128.load(p, 48)
  p = fresh ? init : y2
  let c20 = v128.load(p),
    c21 = v128.load(p, 16),
    c22 = v128.load(p, 32),
    c23 = v128.load(p, 48)
  p = fresh ? init : y3
  let c30 = v128.load(p),
    c31 = v128.load(p, 16),
    c32 = v128.load(p, 32),
    c33 = v128.load(p, 48)
  p = fresh ? init : y4
  let c40 = v128.load(p),
    c41 = v128.load(p, 16),
    c42 = v128.load(p, 32),
    c43 = v128.load(p, 48)
  p = fresh ? init : y5
  let c50 = v128.load(p),
    c51 = v128.load(p, 16),
    c52 = v128.load(p, 32),
    c53 = v128.load(p, 48)
  let e = b + next
  // biome-ignore format: two lines are what one row of the tile does in a step
  while (true) {
    const end = b + ((<usize>depth) << 5)
    while (true) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(e), b3 = v128.load(e, 16)
      let s = v128.load32_splat(r0)
      c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02); c03 = madd(s, b3, c03)
      s = v128.load32_splat(r1)
      c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12); c13 = madd(s, b3, c13)
      s = v128.load32_splat(r2)
      c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22); c23 = madd(s, b3, c23)
      s = v128.load32_splat(r3)
      c30 = madd(s, b0, c30); c31 = madd(s, b1, c31); c32 = madd(s, b2, c32); c33 = madd(s, b3, c33)
      s = v128.load32_splat(r4)
      c40 = madd(s, b0, c40); c41 = madd(s, b1, c41); c42 = madd(s, b2, c42); c43 = madd(s, b3, c43)
      s = v128.load32_splat(r5)
      c50 = madd(s, b0, c50); c51 = madd(s, b1, c51); c52 = madd(s, b2, c52); c53 = madd(s, b3, c53)
      b += 32; e += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4; r4 += 4; r5 += 4
      if (b >= end) break
    }
    if (--taps == 0) break
    table += 16
    r0 = load<u32>(table)
    r1 = load<u32>(table, 4)
    r2 = load<u32>(table, 8)
    r3 = load<u32>(table, 12)
    table2 += 16
    r4 = load<u32>(table2)
    r5 = load<u32>(table2, 4)
  }
  v128.store(y5, c50)
  v128.store(y5, c51, 16)
  v128.store(y5, c52, 32)
  v128.store(y5, c53, 48)
  v128.store(y4, c40)
  v128.store(y4, c41, 16)
  v128.store(y4, c42, 32)
  v128.store(y4, c43, 48)
  v128.store(y3, c30)
  v128.store(y3, c31, 16)
  v128.store(y3, c32, 32)
  v128.store(y3, c33, 48)
  v128.store(y2, c20)
  v128.store(y2, c21, 16)
  v128.store(y2, c22, 32)
  v128.store(y2, c23, 48)
  v128.store(y1, c10)
  v128.store(y1, c11, 16)
  v128.store(y1, c12, 32)
  v128.store(y1, c13, 48)
  v128.store(y0, c00)
  v128.store(y0, c01, 16)
  v128.store(y0, c02, 32)
  v128.store(y0, c03, 48)
}

/** As {@link directSix}, without the last two rows. */
// @ts-ignore: decorator
@inline
export function directFour(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  table: usize,
  taps: i32,
  b: usize,
  depth: i32,
  next: usize,
  init: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  const fresh = init != 0
  let p: usize
  p = fresh ? init : y0
  let c00 = v128.load(p),
    c01 = v128.load(p, 16),
    c02 = v128.load(p, 32),
    c03 = v128.load(p, 48)
  p = fresh ? init : y1
  let c10 = v128.load(p),
    c11 = v128.load(p, 16),
    c12 = v128.load(p, 32),
    c13 = v128.load(p, 48)
  p = fresh ? init : y2
  let c20 = v128.load(p),
    c21 = v128.load(p, 16),
    c22 = v128.load(p, 32),
    c23 = v128.load(p, 48)
  p = fresh ? init : y3
  let c30 = v128.load(p),
    c31 = v128.load(p, 16),
    c32 = v128.load(p, 32),
    c33 = v128.load(p, 48)
  let e = b + next
  // biome-ignore format: two lines are what one row of the tile does in a step
  while (true) {
    const end = b + ((<usize>depth) << 5)
    while (true) {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(e), b3 = v128.load(e, 16)
      let s = v128.load32_splat(r0)
      c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02); c03 = madd(s, b3, c03)
      s = v128.load32_splat(r1)
      c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12); c13 = madd(s, b3, c13)
      s = v128.load32_splat(r2)
      c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22); c23 = madd(s, b3, c23)
      s = v128.load32_splat(r3)
      c30 = madd(s, b0, c30); c31 = madd(s, b1, c31); c32 = madd(s, b2, c32); c33 = madd(s, b3, c33)
      b += 32; e += 32; r0 += 4; r1 += 4; r2 += 4; r3 += 4
      if (b >= end) break
    }
    if (--taps == 0) break
    table += 16
    r0 = load<u32>(table)
    r1 = load<u32>(table, 4)
    r2 = load<u32>(table, 8)
    r3 = load<u32>(table, 12)
  }
  v128.store(y3, c30)
  v128.store(y3, c31, 16)
  v128.store(y3, c32, 32)
  v128.store(y3, c33, 48)
  v128.store(y2, c20)
  v128.store(y2, c21, 16)
  v128.store(y2, c22, 32)
  v128.store(y2, c23, 48)
  v128.store(y1, c10)
  v128.store(y1, c11, 16)
  v128.store(y1, c12, 32)
  v128.store(y1, c13, 48)
  v128.store(y0, c00)
  v128.store(y0, c01, 16)
  v128.store(y0, c02, 32)
  v128.store(y0, c03, 48)
}
