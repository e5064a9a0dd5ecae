// Attention, softmax(q·kᵀ/√d)·v. A chunk is one head. The queries go in blocks, the keys too: of each block the products, the
// weights relative to the largest score so far, and their products with the values are computed while they are in the cache, and
// what was summed up before is rescaled (online softmax: Milakov & Gimelshein, 2018, https://arxiv.org/abs/1805.02867; with tiles:
// Dao et al., 2022, https://arxiv.org/abs/2205.14135). So the memory of a head does not grow with queries times keys.
//
// Features and keys are padded with zeros to multiples of 8 (D and M below). Arguments: src/shared/attention-words.ts.
import * as A from '../src/shared/attention-words'
import { copyRows, exponentiate, largest, rescaleAndAdd } from './attention-weights'
import { packPanels } from './gemm-pack'
import { expF32x4 } from './math'
import { multiply } from './panels'
import { threadIndex } from './threads'

// @ts-ignore: decorator
@inline
export function padded(count: i32): i32 {
  return (count + 7) & -8
}

/** This thread's memory. */
// @ts-ignore: decorator
@inline
export function scratch(args: usize): usize {
  return load<usize>(args, A.SCRATCH) + <usize>threadIndex() * load<usize>(args, A.SCRATCH_STRIDE)
}

/** Panels [rows/8][columns][8] of the transposed matrix [rows][columns], as the right factor of a product by its transpose. */
export function packTransposed(from: usize, rows: i32, columns: i32, to: usize): void {
  const wide = padded(columns)
  const panel = (<usize>wide) << 5
  if (wide > columns) memory.fill(to, 0, <usize>(padded(rows) >> 3) * panel)
  packPanels(from, 4, (<usize>columns) << 2, columns, rows, to, panel)
}

/** Panels [columns/8][rows][8] of the matrix [rows][columns], as the right factor of a product. */
export function pack(from: usize, rows: i32, columns: i32, to: usize): void {
  const tall = padded(rows)
  const panel = (<usize>tall) << 5
  if (tall > rows) memory.fill(to, 0, <usize>(padded(columns) >> 3) * panel)
  packPanels(from, (<usize>columns) << 2, 4, rows, columns, to, panel)
}

export function attention(args: usize, chunk: i32): void {
  const n = load<i32>(args, A.QUERIES)
  const m = load<i32>(args, A.KEYS)
  const d = load<i32>(args, A.FEATURES)
  const D = padded(d)
  const perKey = (<usize>(chunk * m * d)) << 2
  const keys = scratch(args)
  const values = keys + ((<usize>(padded(m) * D)) << 2)
  packTransposed(load<usize>(args, A.K) + perKey, m, d, keys)
  for (let j = 0; j < m; j += A.KEY_BLOCK) {
    const from = load<usize>(args, A.V) + perKey + ((<usize>(j * d)) << 2)
    pack(from, min(A.KEY_BLOCK, m - j), d, values + ((<usize>(j * D)) << 2))
  }
  for (let first = 0; first < n; first += A.QUERY_BLOCK) {
    attend(args, chunk * n + first, min(A.QUERY_BLOCK, n - first), m, d, keys, values)
  }
}

/** The results of `rows` queries from `first` on, counted through all heads. */
function attend(args: usize, first: i32, rows: i32, m: i32, d: i32, keys: usize, values: usize): void {
  const D = padded(d)
  const rowD = (<usize>D) << 2
  const block = <usize>A.QUERY_BLOCK * rowD
  const queries = values + <usize>padded(m) * rowD
  const result = queries + block
  const part = result + block
  const scores = part + block
  // Of each row: the largest score so far, what the sums before are to be multiplied by, the sum of weights.
  const most = scores + <usize>(A.QUERY_BLOCK * A.KEY_BLOCK * 4)
  const factors = most + A.QUERY_BLOCK * 4
  const sums = factors + A.QUERY_BLOCK * 4
  const at = (<usize>(first * d)) << 2
  copyRows(load<usize>(args, A.Q) + at, queries, rows, d, D, <f32>1 / Mathf.sqrt(<f32>d), true)
  for (let j = 0; j < m; j += A.KEY_BLOCK) {
    const count = min(A.KEY_BLOCK, m - j)
    const wide = padded(count)
    multiply(rows, D, wide, queries, rowD, keys + <usize>j * rowD, scores, (<usize>wide) << 2)
    weigh(rows, count, scores, most, factors, sums, j == 0)
    const to = j == 0 ? result : part
    multiply(rows, wide, D, scores, (<usize>wide) << 2, values + <usize>j * rowD, to, rowD)
    if (j == 0) continue
    for (let r: usize = 0; r < <usize>rows; r++) {
      rescaleAndAdd(result + r * rowD, part + r * rowD, D, load<f32>(factors + (r << 2)))
    }
  }
  const y = load<usize>(args, A.Y) + at
  const logs = load<usize>(args, A.LOGS) + ((<usize>first) << 2)
  for (let r: usize = 0; r < <usize>rows; r++) {
    const sum = load<f32>(sums + (r << 2))
    store<f32>(logs + (r << 2), load<f32>(most + (r << 2)) + Mathf.log(sum))
    copyRows(result + r * rowD, y + ((r * d) << 2), 1, d, D, <f32>1 / sum, false)
  }
}

/** Scores of a block of keys to weights relative to the largest so far; `fresh`: the first block. */
function weigh(rows: i32, count: i32, scores: usize, most: usize, factors: usize, sums: usize, fresh: bool): void {
  const wide = padded(count)
  const pitch = (<usize>wide) << 2
  for (let r: usize = 0; r < <usize>rows; r++) {
    const own = largest(scores + r * pitch, count, wide)
    const before = fresh ? <f32>-Infinity : load<f32>(most + (r << 2))
    store<f32>(factors + (r << 2), before)
    store<f32>(most + (r << 2), max(own, before))
  }
  // Rounded up to four rows: what lies behind the last is not used.
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 16) {
    v128.store(factors + r, expF32x4(f32x4.sub(v128.load(factors + r), v128.load(most + r))))
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const sum = exponentiate(scores + r * pitch, wide, load<f32>(most + (r << 2)))
    store<f32>(sums + (r << 2), fresh ? sum : load<f32>(sums + (r << 2)) * load<f32>(factors + (r << 2)) + sum)
  }
}
