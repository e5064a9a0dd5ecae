// The gradient of attention.ts: the weights are computed again from the scores and the logarithms of their sums. A chunk is one
// head; a block of queries has the weights of all keys, for their gradient needs a sum over the row.
import * as A from '../src/shared/attention-words'
import { pack, packTransposed, padded, scratch } from './attention'
import { copyRows, exponentiate, largest, softmaxGradient } from './attention-weights'
import { accumulate } from './panel-sums'
import { multiply } from './panels'
import { GROUP } from './wide'

export function attentionGrad(args: usize, chunk: i32): void {
  const n = load<i32>(args, A.QUERIES)
  const m = load<i32>(args, A.KEYS)
  const d = load<i32>(args, A.FEATURES)
  const D = padded(d)
  const matrix = (<usize>(padded(m) * D)) << 2
  const keysT = scratch(args)
  const keys = keysT + matrix
  const valuesT = keys + matrix
  const dKeys = valuesT + matrix
  const dValues = dKeys + matrix
  const perKey = (<usize>(chunk * m * d)) << 2
  packTransposed(load<usize>(args, A.K) + perKey, m, d, keysT)
  pack(load<usize>(args, A.K) + perKey, m, d, keys)
  packTransposed(load<usize>(args, A.V) + perKey, m, d, valuesT)
  memory.fill(dKeys, 0, 2 * matrix)
  for (let first = 0; first < n; first += A.GRADIENT_BLOCK) {
    addQueries(args, chunk * n + first, min(A.GRADIENT_BLOCK, n - first), m, d, keysT, matrix)
  }
  // The queries were scaled already, of which the gradient of the keys is made.
  copyRows(dKeys, load<usize>(args, A.DK) + perKey, m, d, D, 1, false)
  copyRows(dValues, load<usize>(args, A.DV) + perKey, m, d, D, 1, false)
}

/** The gradients of `rows` queries from `first` on, counted through all heads, and what they add to those of keys and values. */
function addQueries(args: usize, first: i32, rows: i32, m: i32, d: i32, keysT: usize, matrix: usize): void {
  const D = padded(d)
  const M = padded(m)
  const rowD = (<usize>D) << 2
  const rowM = (<usize>M) << 2
  const block = <usize>A.GRADIENT_BLOCK * rowD
  const dKeys = keysT + 3 * matrix
  const dValues = dKeys + matrix
  const queries = dValues + matrix
  const dResult = queries + block
  const dQueries = dResult + block
  const weights = dQueries + block
  const dWeights = weights + <usize>A.GRADIENT_BLOCK * rowM
  const at = (<usize>(first * d)) << 2
  const scale: f32 = <f32>1 / Mathf.sqrt(<f32>d)
  copyRows(load<usize>(args, A.Q) + at, queries, rows, d, D, scale, true)
  copyRows(load<usize>(args, A.Y) + at, dResult, rows, d, D, 1, true)
  multiply(rows, D, M, queries, rowD, keysT, weights, rowM)
  multiply(rows, D, M, dResult, rowD, keysT + 2 * matrix, dWeights, rowM)
  const logs = load<usize>(args, A.LOGS) + ((<usize>first) << 2)
  for (let r: usize = 0; r < <usize>rows; r++) {
    const row = weights + r * rowM
    if (M > m) largest(row, m, M)
    exponentiate(row, M, load<f32>(logs + (r << 2)))
    softmaxGradient(row, dWeights + r * rowM, M)
  }
  multiply(rows, M, D, dWeights, rowM, keysT + matrix, dQueries, rowD)
  copyRows(dQueries, load<usize>(args, A.DQ) + at, rows, d, D, scale, false)
  accumulate(rows, M, D, dWeights, rowM, GROUP, queries, rowD, GROUP, dKeys, false)
  accumulate(rows, M, D, weights, rowM, GROUP, dResult, rowD, GROUP, dValues, false)
}
