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
  const rank = Math.max(a.length, b.length)
  const shape: number[] = new Array(rank)
  const joined: BroadcastDimension[] = []
  let sizeA = 1
  let sizeB = 1
  let size = 1
  for (let i = 1; i <= rank; i++) {
    const extentA = i <= a.length ? a[a.length - i]! : 1
    const extentB = i <= b.length ? b[b.length - i]! : 1
    const extent = extentA === 1 ? extentB : extentA
    if (extentB !== 1 && extentB !== extent) backend_util.assertAndGetBroadcastShape(a, b)
    if (extent !== 1) {
      const strideA = extentA === 1 ? 0 : sizeA
      const strideB = extentB === 1 ? 0 : sizeB
      const inner = joined[joined.length - 1]
      if (inner && continues(inner, strideA, strideB)) inner.extent *= extent
      else joined.push({ extent, strideA, strideB })
    }
    shape[rank - i] = extent
    sizeA *= extentA
    sizeB *= extentB
    size *= extent
  }
  if (joined.length === 0) joined.push({ extent: 1, strideA: 1, strideB: 1 })
  return { shape, size, dimensions: joined.reverse() }
}

/** Whether a dimension's strides are those of the next inner one, went on with. */
function continues(inner: BroadcastDimension, strideA: number, strideB: number): boolean {
  return strideA === inner.strideA * inner.extent && strideB === inner.strideB * inner.extent
}
