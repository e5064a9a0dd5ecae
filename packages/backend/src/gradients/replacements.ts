/** Gradients in place of tfjs's own that are wrong, or needlessly slow. @module */
import {
  concat,
  cumsum,
  engine,
  type GradConfig,
  less,
  mul,
  reshape,
  reverse,
  slice,
  sum,
  type Tensor,
  transpose,
  util,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { vectorJacobian } from './vector-jacobian.ts'

/** tfjs transposes the result, which is wrong unless the axis is the last, and breaks for a negative axis. */
const cumsumGradient: GradConfig = {
  kernelName: 'Cumsum',
  gradFunc: (dy, _, attributes) => {
    const { axis, exclusive, reverse: backwards } = attributes as { axis: number; exclusive: boolean; reverse: boolean }
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !backwards) }
  },
}

/** tfjs drops the gradients of the mirrored border. */
const mirrorPadGradient: GradConfig = {
  kernelName: 'MirrorPad',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { paddings, mode } = attributes as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }
    const padded = () => paddings.reduce((y, padding, axis) => mirror(y, axis, padding, mode === 'reflect' ? 1 : 0), x!)
    return { x: () => vectorJacobian(padded, [x!], dy as Tensor)[0]! }
  },
}

function mirror(x: Tensor, axis: number, [before, after]: [number, number], skip: number): Tensor {
  const part = (start: number, length: number) =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? start : 0)),
      x.shape.map((n, i) => (i === axis ? length : n)),
    )
  const parts = [
    ...(before > 0 ? [reverse(part(skip, before), axis)] : []),
    x,
    ...(after > 0 ? [reverse(part(x.shape[axis]! - skip - after, after), axis)] : []),
  ]
  return parts.length > 1 ? concat(parts, axis) : x
}

/** tfjs adds one slice per repetition, and only up to rank 4; this is one sum per repeated axis. */
const tileGradient: GradConfig = {
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { reps } = attributes as { reps: number[] }
    return { x: () => reshape(reps.reduce(sumOverTiles, dy as Tensor), x!.shape) }
  },
}

function sumOverTiles(dy: Tensor, times: number, axis: number): Tensor {
  if (times === 1) return dy
  const size = dy.shape[axis]! / times
  const before = dy.shape.slice(0, axis)
  const after = dy.shape.slice(axis + 1)
  const split = reshape(dy, [productOf(before), times, size, productOf(after)])
  return reshape(sum(split, 1), [...before, size, ...after])
}

function productOf(sizes: number[]): number {
  return sizes.reduce((total, n) => total * n, 1)
}

/** With y = elu(x): dy·(y ≥ 0 ? 1 : y + 1) is linear in dy, and in y where y < 0. */
const eluGradGradient: GradConfig = {
  kernelName: 'EluGrad',
  inputsToSave: ['dy', 'y'],
  gradFunc: (seed, [dy, y]) => {
    const ddx = seed as Tensor
    return {
      dy: () => engine().runKernel('EluGrad', { dy: ddx, y: y! }),
      y: () => where(less(y!, 0), mul(dy!, ddx), zerosLike(y!)),
    }
  },
}

/** tfjs calls chained methods, which tfjs-core alone does not have, and cumprod, which has no gradient. */
const prodGradient: GradConfig = {
  kernelName: 'Prod',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { axis } = attributes as { axis?: number | number[] | null }
    if (x!.size === 0) return { x: () => zerosLike(x!) }
    const axes = util.parseAxisParam(axis ?? range(x!.rank), x!.shape)
    const kept = range(x!.rank).filter((i) => !axes.includes(i))
    const product = () => {
      const rows = kept.map((i) => x!.shape[i]!)
      const flat = reshape(transpose(x!, [...kept, ...axes]), [
        productOf(rows),
        productOf(axes.map((i) => x!.shape[i]!)),
      ])
      return reshape(productOfRows(flat), (dy as Tensor).shape)
    }
    return { x: () => vectorJacobian(product, [x!], dy as Tensor)[0]! }
  },
}

/** By halves: exact derivatives of every order also where factors are zero. */
function productOfRows(x: Tensor): Tensor {
  const [rows, columns] = x.shape as [number, number]
  if (columns === 1) return x
  const half = Math.floor(columns / 2)
  const paired = mul(slice(x, [0, 0], [rows, half]), slice(x, [0, half], [rows, half]))
  return productOfRows(columns % 2 === 0 ? paired : concat([paired, slice(x, [0, 2 * half], [rows, 1])], 1))
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** All of these. */
export const replacedGradients: GradConfig[] = [
  cumsumGradient,
  eluGradGradient,
  mirrorPadGradient,
  prodGradient,
  tileGradient,
]
