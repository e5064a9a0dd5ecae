/** Reductions over any axes, brought down to reductions over the middle axis of [outer, count, inner]. @module */
import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'

/** One reduction over adjacent axes. */
export interface AxisFold {
  readonly outer: number
  readonly count: number
  readonly inner: number
}

/** A reduction over any axes: one step per run of adjacent reduced axes, innermost first. */
export interface AxisPlan {
  readonly shape: number[]
  /** How many elements go into one result. */
  readonly count: number
  readonly steps: AxisFold[]
}

/** Plans a reduction. Axes as tfjs allows them: a number, a list, negative ones, or null for all. */
export function planAxes(shape: number[], axis: number | number[] | null | undefined, keepDims = false): AxisPlan {
  const axes = util.parseAxisParam(axis as number[], shape)
  const reduced = shape.map(() => false)
  for (const index of axes) reduced[index] = true
  const kept = shape.filter((_, i) => !reduced[i])
  const steps: AxisFold[] = []
  let inner = 1
  let count = 1
  let i = shape.length - 1
  while (i >= 0) {
    if (!reduced[i]) {
      inner *= shape[i--]!
      continue
    }
    let run = 1
    while (i >= 0 && reduced[i]) run *= shape[i--]!
    count *= run
    if (run !== 1) steps.push({ outer: util.sizeFromShape(shape.slice(0, i + 1)), count: run, inner })
  }
  return { shape: keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept, count, steps }
}

/**
 * Does the steps of a plan. `fold` writes the result of one step to `y`, of which `last` says that it is the final one.
 * Without a step nothing is folded: `fold` gets one with count 1.
 */
export function foldAxes(
  backend: SimdBackend,
  x: TensorInfo,
  dtype: 'float32' | 'int32',
  { shape, steps }: AxisPlan,
  fold: (x: TensorInfo, y: TensorInfo, step: AxisFold, last: boolean) => void,
): TensorInfo {
  const size = util.sizeFromShape(x.shape)
  const todo = steps.length > 0 ? steps : [{ outer: 1, count: 1, inner: size }]
  let current = x
  for (const [i, step] of todo.entries()) {
    const last = i === todo.length - 1
    const next = backend.output(last ? shape : [step.outer, step.inner], dtype)
    if (util.sizeFromShape(next.shape) > 0) fold(current, next, step, last)
    if (current !== x) backend.disposeIntermediateTensorInfo(current)
    current = next
  }
  return current
}

/** Into how many parts to cut the axis of a fold, so that there is work for all threads; never depends on their number. */
export function partsOf(backend: SimdBackend, { outer, count, inner }: AxisFold, block: number, grain: number): number {
  const wanted = backend.chunks(outer * count * inner, grain)
  const tasks = outer * Math.ceil(inner / block)
  // Parts shorter than this cost more to join than they save.
  return Math.max(1, Math.min(Math.ceil(wanted / tasks), Math.floor((count * Math.min(inner, block)) / 4096)))
}
