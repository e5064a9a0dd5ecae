/** The gradient of gather, which tfjs-backend-wasm lacks. @module */
import { type Tensor, tensor } from '@tensorflow/tfjs-core'

/** Adds row i of x to row `segmentIds[i]` of the result; rows with a negative or too large number are left out. */
export function unsortedSegmentSum([x, segmentIds]: [Tensor, Tensor], numSegments: number): Tensor {
  const columns = x.size / segmentIds.size
  const values = x.dataSync()
  const rows = segmentIds.dataSync()
  const out = new Float32Array(numSegments * columns)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (row < 0 || row >= numSegments) continue
    for (let c = 0; c < columns; c++) out[row * columns + c]! += values[i * columns + c]!
  }
  return tensor(out, [numSegments, ...x.shape.slice(segmentIds.rank)], x.dtype as 'float32' | 'int32')
}
