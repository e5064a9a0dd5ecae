// Attention, softmax(q·kᵀ/√d)·v, and its gradient without ever storing the whole matrix of weights.
// JavaScript side: src/kernels/attention.ts. A chunk is one head; its queries go in blocks of BLOCK rows, so the weights in
// memory are BLOCK × keys. Features and keys are padded with zeros to multiples of 8 (D and M below).
//
// Arguments: queries n, keys m, features d, scratch, its stride per thread, then pointers.
import { expF32x4 } from './math'
import { accumulate, multiply } from './panels'
import { threadIndex } from './threads'
import { GROUP } from './wide'

const BLOCK: i32 = 32

// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + 7) & -8
}

/** Rows of `width` floats to rows of `wide`, the rest zero. */
function copyRows(from: usize, rows: i32, width: i32, to: usize, wide: i32): void {
  const bytes = (<usize>width) << 2
  for (let r = 0; r < rows; r++) {
    const row = to + ((<usize>(r * wide)) << 2)
    memory.copy(row, from + <usize>r * bytes, bytes)
    memory.fill(row + bytes, 0, ((<usize>wide) << 2) - bytes)
  }
}

/** Panels [rows/8][columns][8] of the transposed matrix [rows][columns], as the right factor of a product by its transpose. */
function packTransposed(from: usize, rows: i32, columns: i32, wide: i32, to: usize): void {
  for (let r = 0; r < padded(rows); r++) {
    const panel = to + ((<usize>((r >> 3) * wide * 8 + (r & 7))) << 2)
    for (let c = 0; c < wide; c++) {
      const inside = r < rows && c < columns
      store<f32>(panel + ((<usize>c) << 5), inside ? load<f32>(from + ((<usize>(r * columns + c)) << 2)) : 0)
    }
  }
}

/** Panels [columns/8][rows][8] of the matrix [rows][columns], as the right factor of a product. */
function pack(from: usize, rows: i32, columns: i32, to: usize): void {
  const tall = padded(rows)
  for (let c = 0; c < padded(columns); c++) {
    const panel = to + ((<usize>((c >> 3) * tall * 8 + (c & 7))) << 2)
    for (let r = 0; r < tall; r++) {
      const inside = r < rows && c < columns
      store<f32>(panel + ((<usize>r) << 5), inside ? load<f32>(from + ((<usize>(r * columns + c)) << 2)) : 0)
    }
  }
}

/** Turns a row of scores into weights exp(scale·s − shift), zero beyond `m`; returns their sum. */
// @ts-ignore: decorator
@inline
function exponentiate(row: usize, m: i32, wide: i32, scale: f32, shift: f32): f32 {
  let sums = f32x4.splat(0)
  for (let j = 0; j < wide; j += 4) {
    const at = row + ((<usize>j) << 2)
    let p = expF32x4(f32x4.sub(f32x4.mul(v128.load(at), f32x4.splat(scale)), f32x4.splat(shift)))
    if (j + 4 > m) {
      const lanes = i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3))
      p = v128.and(p, i32x4.lt_s(lanes, i32x4.splat(m)))
    }
    v128.store(at, p)
    sums = f32x4.add(sums, p)
  }
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3)
  )
}

/** Pointers: q, k, v, y, log-sum-exp [heads, n]. */
export function attention(args: usize, chunk: i32): void {
  const n = load<i32>(args)
  const m = load<i32>(args, 4)
  const d = load<i32>(args, 8)
  const D = padded(d)
  const M = padded(m)
  const keys = <usize>load<u32>(args, 12) + <usize>threadIndex() * <usize>load<u32>(args, 16)
  const values = keys + ((<usize>(M * D)) << 2)
  const queries = values + ((<usize>(M * D)) << 2)
  const scores = queries + ((<usize>(BLOCK * D)) << 2)
  const result = scores + ((<usize>(BLOCK * M)) << 2)
  const q = <usize>load<u32>(args, 20) + ((<usize>(chunk * n * d)) << 2)
  const y = <usize>load<u32>(args, 32) + ((<usize>(chunk * n * d)) << 2)
  const logs = <usize>load<u32>(args, 36) + ((<usize>(chunk * n)) << 2)
  const scale: f32 = <f32>1 / Mathf.sqrt(<f32>d)
  packTransposed(<usize>load<u32>(args, 24) + ((<usize>(chunk * m * d)) << 2), m, d, D, keys)
  pack(<usize>load<u32>(args, 28) + ((<usize>(chunk * m * d)) << 2), m, d, values)
  for (let first = 0; first < n; first += BLOCK) {
    const rows = min(BLOCK, n - first)
    copyRows(q + ((<usize>(first * d)) << 2), rows, d, queries, D)
    multiply(rows, D, M, queries, keys, scores, (<usize>M) << 2)
    for (let r = 0; r < rows; r++) {
      const row = scores + ((<usize>(r * M)) << 2)
      let most: f32 = -Infinity
      for (let j = 0; j < m; j++) most = max(most, load<f32>(row + ((<usize>j) << 2)))
      const sum = exponentiate(row, m, M, scale, most * scale)
      store<f32>(logs + ((<usize>(first + r)) << 2), most * scale + Mathf.log(sum))
      const inverse = f32x4.splat(<f32>1 / sum)
      for (let j = 0; j < M; j += 4) {
        const at = row + ((<usize>j) << 2)
        v128.store(at, f32x4.mul(v128.load(at), inverse))
      }
    }
    multiply(rows, M, D, scores, values, result, (<usize>D) << 2)
    for (let r = 0; r < rows; r++) {
      memory.copy(y + ((<usize>((first + r) * d)) << 2), result + ((<usize>(r * D)) << 2), (<usize>d) << 2)
    }
  }
}

/** Pointers: q, k, v, dy, log-sum-exp, dq, dk, dv. */
export function attentionGrad(args: usize, chunk: i32): void {
  const n = load<i32>(args)
  const m = load<i32>(args, 4)
  const d = load<i32>(args, 8)
  const D = padded(d)
  const M = padded(m)
  const matrix = (<usize>(M * D)) << 2
  const block = (<usize>(BLOCK * D)) << 2
  const weights = (<usize>(BLOCK * M)) << 2
  const keysT = <usize>load<u32>(args, 12) + <usize>threadIndex() * <usize>load<u32>(args, 16)
  const keys = keysT + matrix
  const valuesT = keys + matrix
  const dKeys = valuesT + matrix
  const dValues = dKeys + matrix
  const queries = dValues + matrix
  const dResult = queries + block
  const result = dResult + block
  const scores = result + block
  const dScores = scores + weights
  const perQuery = (<usize>(chunk * n * d)) << 2
  const perKey = (<usize>(chunk * m * d)) << 2
  const q = <usize>load<u32>(args, 20) + perQuery
  const k = <usize>load<u32>(args, 24) + perKey
  const dy = <usize>load<u32>(args, 32) + perQuery
  const logs = <usize>load<u32>(args, 36) + ((<usize>(chunk * n)) << 2)
  const dq = <usize>load<u32>(args, 40) + perQuery
  const scale: f32 = <f32>1 / Mathf.sqrt(<f32>d)
  packTransposed(k, m, d, D, keysT)
  pack(k, m, d, keys)
  packTransposed(<usize>load<u32>(args, 28) + perKey, m, d, D, valuesT)
  memory.fill(dKeys, 0, 2 * matrix)
  for (let first = 0; first < n; first += BLOCK) {
    const rows = min(BLOCK, n - first)
    const at = (<usize>(first * d)) << 2
    copyRows(q + at, rows, d, queries, D)
    copyRows(dy + at, rows, d, dResult, D)
    multiply(rows, D, M, queries, keysT, scores, (<usize>M) << 2)
    multiply(rows, D, M, dResult, valuesT, dScores, (<usize>M) << 2)
    for (let r = 0; r < rows; r++) {
      const row = (<usize>(r * M)) << 2
      exponentiate(scores + row, m, M, scale, load<f32>(logs + ((<usize>(first + r)) << 2)))
      softmaxGradient(scores + row, dScores + row, M, scale)
    }
    multiply(rows, M, D, dScores, keys, result, (<usize>D) << 2)
    for (let r = 0; r < rows; r++)
      memory.copy(dq + at + ((<usize>(r * d)) << 2), result + ((<usize>(r * D)) << 2), (<usize>d) << 2)
    const rowM = (<usize>M) << 2
    const rowD = (<usize>D) << 2
    accumulate(rows, M, D, dScores, rowM, GROUP, queries, rowD, GROUP, dKeys, false)
    accumulate(rows, M, D, scores, rowM, GROUP, dResult, rowD, GROUP, dValues, false)
  }
  const dk = <usize>load<u32>(args, 44) + perKey
  const dv = <usize>load<u32>(args, 48) + perKey
  for (let j = 0; j < m; j++) {
    const to = (<usize>(j * d)) << 2
    const from = (<usize>(j * D)) << 2
    memory.copy(dk + to, dKeys + from, (<usize>d) << 2)
    memory.copy(dv + to, dValues + from, (<usize>d) << 2)
  }
}

/** dS = P ∘ (dP − Σ P ∘ dP)·scale, in place of dP. */
function softmaxGradient(p: usize, dp: usize, wide: i32, scale: f32): void {
  let sums = f32x4.splat(0)
  for (let j: usize = 0; j < (<usize>wide) << 2; j += 16) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(p + j), v128.load(dp + j)))
  }
  const sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3)
  for (let j: usize = 0; j < (<usize>wide) << 2; j += 16) {
    const apart = f32x4.sub(v128.load(dp + j), f32x4.splat(sum))
    v128.store(dp + j, f32x4.mul(f32x4.mul(v128.load(p + j), apart), f32x4.splat(scale)))
  }
}
