// One or two rows times a matrix whose rows are neighbors in memory: nothing to reuse, so nothing is packed; the
// matrix is read once, in the order it lies, while a block of the result stays in the cache. Every number is summed up along the
// depth, one product after the other, as by the tiles of gemm-tiles.ts: a row has the same bits alone and among others.
import { madd } from './madd'
import { chunkStart } from './threads'

/** Arguments: a [rows, depth], b [depth, columns], y [rows, columns], rows, depth, columns, bias (0: none). */
export function gemmThin(args: usize, chunk: i32): void {
  const a = load<usize>(args)
  const b = load<usize>(args, 4)
  const y = load<usize>(args, 8)
  const rows = load<i32>(args, 12)
  const depth = load<i32>(args, 16)
  const columns = load<i32>(args, 20)
  const bias = load<usize>(args, 24)
  const start = chunkStart(columns, chunk, 16)
  const size = (<usize>(chunkStart(columns, chunk + 1, 16) - start)) << 2
  const at = (<usize>start) << 2
  const stride = (<usize>columns) << 2
  for (let row: usize = 0; row < <usize>rows; row++) {
    const to = y + row * stride + at
    if (bias != 0) memory.copy(to, bias + at, size)
    else memory.fill(to, 0, size)
    addRows(a + ((row * depth) << 2), b + at, to, depth, stride, size)
  }
}

/** Four rows of b at a time, so that each load and store of the `size` bytes of the result serves four products. */
function addRows(a: usize, b: usize, y: usize, depth: i32, stride: usize, size: usize): void {
  const stop = y + (size & -16)
  const end = y + size
  let k = 0
  for (; k + 4 <= depth; k += 4, a += 16, b += 4 * stride) {
    const s0 = v128.load32_splat(a),
      s1 = v128.load32_splat(a, 4)
    const s2 = v128.load32_splat(a, 8),
      s3 = v128.load32_splat(a, 12)
    let b0 = b,
      b1 = b0 + stride,
      b2 = b1 + stride,
      b3 = b2 + stride
    let to = y
    for (; to < stop; to += 16, b0 += 16, b1 += 16, b2 += 16, b3 += 16) {
      const low = madd(s1, v128.load(b1), madd(s0, v128.load(b0), v128.load(to)))
      v128.store(to, madd(s3, v128.load(b3), madd(s2, v128.load(b2), low)))
    }
    for (; to < end; to += 4, b0 += 4, b1 += 4, b2 += 4, b3 += 4) {
      const low = madd(s1, v128.load32_zero(b1), madd(s0, v128.load32_zero(b0), v128.load32_zero(to)))
      v128.store_lane<f32>(to, madd(s3, v128.load32_zero(b3), madd(s2, v128.load32_zero(b2), low)), 0)
    }
  }
  for (; k < depth; k++, a += 4, b += stride) {
    const s = v128.load32_splat(a)
    let from = b
    let to = y
    for (; to < stop; to += 16, from += 16) v128.store(to, madd(s, v128.load(from), v128.load(to)))
    for (; to < end; to += 4, from += 4)
      v128.store_lane<f32>(to, madd(s, v128.load32_zero(from), v128.load32_zero(to)), 0)
  }
}
