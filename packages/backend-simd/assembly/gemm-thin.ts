// One or two rows times a matrix whose rows are neighbors in memory: nothing to reuse, so nothing is packed; the
// matrix is read once, in the order it lies, while a block of the result stays in the cache.
import { madd } from './madd'
import { chunkStart } from './threads'

/** Arguments: a [rows, depth], b [depth, columns], y [rows, columns], rows, depth, columns. */
export function gemmThin(args: usize, chunk: i32): void {
  const a = load<usize>(args)
  const b = load<usize>(args, 4)
  const y = load<usize>(args, 8)
  const rows = load<i32>(args, 12)
  const depth = load<i32>(args, 16)
  const columns = load<i32>(args, 20)
  const start = chunkStart(columns, chunk, 16)
  const end = chunkStart(columns, chunk + 1, 16)
  for (let row = 0; row < rows; row++) {
    const left = a + ((<usize>(row * depth)) << 2)
    const to = y + ((<usize>(row * columns + start)) << 2)
    addRows(left, b + ((<usize>start) << 2), to, depth, (<usize>columns) << 2, end - start)
  }
}

/** Four rows of b at a time, so that each load and store of the result serves four products. */
function addRows(a: usize, b: usize, y: usize, depth: i32, stride: usize, columns: i32): void {
  memory.fill(y, 0, (<usize>columns) << 2)
  let k = 0
  for (; k + 4 <= depth; k += 4, a += 16) {
    const s0 = v128.load32_splat(a),
      s1 = v128.load32_splat(a, 4)
    const s2 = v128.load32_splat(a, 8),
      s3 = v128.load32_splat(a, 12)
    let b0 = b,
      b1 = b0 + stride,
      b2 = b1 + stride,
      b3 = b2 + stride
    let to = y
    for (const end = y + ((<usize>(columns & -4)) << 2); to < end; to += 16, b0 += 16, b1 += 16, b2 += 16, b3 += 16) {
      const low = madd(s0, v128.load(b0), f32x4.mul(s1, v128.load(b1)))
      const high = madd(s2, v128.load(b2), f32x4.mul(s3, v128.load(b3)))
      v128.store(to, f32x4.add(v128.load(to), f32x4.add(low, high)))
    }
    for (const end = y + ((<usize>columns) << 2); to < end; to += 4, b0 += 4, b1 += 4, b2 += 4, b3 += 4) {
      const low = load<f32>(a) * load<f32>(b0) + load<f32>(a, 4) * load<f32>(b1)
      const high = load<f32>(a, 8) * load<f32>(b2) + load<f32>(a, 12) * load<f32>(b3)
      store<f32>(to, load<f32>(to) + (low + high))
    }
    b += 4 * stride
  }
  for (; k < depth; k++, a += 4, b += stride) {
    const s = load<f32>(a)
    for (let j: usize = 0; j < (<usize>columns) << 2; j += 4) store<f32>(y + j, load<f32>(y + j) + s * load<f32>(b + j))
  }
}
