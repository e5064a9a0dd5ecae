/** The gradient of gather with batch dimensions, which tfjs lacks: its own calls chained methods, and knows one at most. @module */
import {
  add,
  type GradConfig,
  mul,
  range,
  reshape,
  scalar,
  type Tensor,
  transpose,
  unsortedSegmentSum,
  zerosLike,
} from '@tensorflow/tfjs-core'

/** Wraps the gradient of GatherV2. */
export function withBatchDims(config: GradConfig): GradConfig {
  return {
    ...config,
    gradFunc: (dy, saved, attributes) => {
      const { axis, batchDims } = attributes as { axis: number; batchDims: number }
      if (batchDims === 0) return config.gradFunc(dy, saved, attributes)
      const [x, indices] = saved as [Tensor, Tensor]
      return { x: () => gatherGradient(dy as Tensor, x, indices, axis, batchDims), indices: () => zerosLike(indices) }
    },
  }
}

/** With x as [batch, outer, n, inner]: row i of dy belongs to row `indices[b, i] + b·n` of the batches laid end to end. */
function gatherGradient(dy: Tensor, x: Tensor, indices: Tensor, axis: number, batchDims: number): Tensor {
  const batch = product(x.shape.slice(0, batchDims))
  const outer = product(x.shape.slice(batchDims, axis))
  const n = x.shape[axis]!
  const inner = product(x.shape.slice(axis + 1))
  const count = product(indices.shape.slice(batchDims))
  const rows = transpose(reshape(dy, [batch, outer, count, inner]), [0, 2, 1, 3])
  const starts = reshape(mul(range(0, batch, 1, 'int32'), scalar(n, 'int32')), [batch, 1])
  const places = reshape(add(reshape(indices, [batch, count]), starts), [batch * count])
  const sums = unsortedSegmentSum(reshape(rows, [batch * count, outer * inner]), places as never, batch * n)
  return reshape(transpose(reshape(sums, [batch, n, outer, inner]), [0, 2, 1, 3]), x.shape)
}

function product(extents: number[]): number {
  return extents.reduce((total, extent) => total * extent, 1)
}
