/** Broadcasting of two shapes, reduced to as few dimensions as can be. @module */
import { backend_util } from '@tensorflow/tfjs-core'

/** A joined dimension of the result: how far each argument moves, in elements, when the index goes up by one. */
export interface BroadcastDimension {
  extent: number
  strideA: number
  strideB: number
}

/** The result's shape, and its dimensions joined: equal shapes give one, a vector along the last dimension two. */
export interface BroadcastPlan {
  readonly shape: number[]
  readonly size: number
  /** Outermost first; the last one has strides 0 or 1. Never empty. */
  readonly dimensions: BroadcastDimension[]
}

/** Plans the broadcast of two shapes. Throws tfjs's error when they do not fit. */
export function planBroadcast(a: number[], b: number[]): BroadcastPlan {
  const shape = backend_util.assertAndGetBroadcastShape(a, b)
  const joined: BroadcastDimension[] = []
  let sizeA = 1
  let sizeB = 1
  for (let i = 1; i <= shape.length; i++) {
    const extent = shape[shape.length - i]!
    const extentA = a[a.length - i] ?? 1
    const extentB = b[b.length - i] ?? 1
    if (extent !== 1) {
      const strideA = extentA === 1 ? 0 : sizeA
      const strideB = extentB === 1 ? 0 : sizeB
      const inner = joined[0]
      if (inner && continues(inner, strideA, strideB)) inner.extent *= extent
      else joined.unshift({ extent, strideA, strideB })
    }
    sizeA *= extentA
    sizeB *= extentB
  }
  const dimensions = joined.length > 0 ? joined : [{ extent: 1, strideA: 1, strideB: 1 }]
  return { shape, size: shape.reduce((product, extent) => product * extent, 1), dimensions }
}

/** Whether a dimension's strides are those of the next inner one, went on with. */
function continues(inner: BroadcastDimension, strideA: number, strideB: number): boolean {
  return strideA === inner.strideA * inner.extent && strideB === inner.strideB * inner.extent
}
