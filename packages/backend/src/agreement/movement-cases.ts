/** For tests: operations that move values, of every type. @module */
import * as tf from '@tensorflow/tfjs-core'
import type { Case } from './draws.ts'
import type { Maker } from './elementwise-cases.ts'

/** By name. */
export const movementCases: Record<string, Maker> = {
  pad: (d) => {
    const shape = d.shape(1, 6, 3)
    const paddings = shape.map((): [number, number] => [d.integer(0, 2), d.integer(0, 1)])
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.pad(x, paddings, 1) }
  },
  mirrorPad: (d) => {
    const shape = d.shape(1, 4).map((extent) => extent + 2)
    const paddings = shape.map((): [number, number] => [d.integer(0, 2), d.integer(0, 2)])
    const mode = d.pick('reflect' as const, 'symmetric' as const)
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.mirrorPad(x, paddings, mode) }
  },
  concat: (d) => {
    const [shape, dtype] = [d.shape(1, 5), d.dtype()]
    const axis = d.integer(0, shape.length - 1)
    const part = () =>
      d.tensor(
        shape.map((extent, i) => (i === axis ? d.integer(1, 4) : extent)),
        dtype,
      )
    return { inputs: [part(), part(), part()], op: (...xs) => tf.concat(xs, axis) }
  },
  stack: (d) => {
    const [shape, dtype] = [d.shape(0, 4), d.dtype()]
    const axis = d.integer(0, shape.length)
    return { inputs: [d.tensor(shape, dtype), d.tensor(shape, dtype)], op: (...xs) => tf.stack(xs, axis) }
  },
  unstack: (d) => {
    const shape = d.shape(1, 4)
    const axis = d.integer(0, shape.length - 1)
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.unstack(x, axis) }
  },
  split: (d) => {
    const shape = d.shape(1, 4)
    const axis = d.integer(0, shape.length - 1)
    shape[axis] = 6
    const parts = d.pick<number | number[]>(2, 3, [1, 2, 3], [4, 2])
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.split(x, parts, axis) }
  },
  slice: (d) => {
    const shape = d.shape(1, 6)
    const begin = shape.map((extent) => d.integer(0, extent - 1))
    const size = shape.map((extent, i) => d.pick(-1, d.integer(0, extent - begin[i]!)))
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.slice(x, begin, size) }
  },
  stridedSlice: (d) => {
    const shape = d.shape(1, 4)
    const [begin, end] = [shape.map((n) => d.integer(-n - 1, n + 1)), shape.map((n) => d.integer(-n - 1, n + 1))]
    const strides = shape.map(() => d.pick(1, 2, 3, -1, -2))
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.stridedSlice(x, begin, end, strides) }
  },
  reverse: (d) => {
    const shape = d.shape(1, 4)
    const axes = shape.map((_, i) => i).filter(() => d.flag())
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.reverse(x, axes.length > 0 ? axes : undefined) }
  },
  transpose: (d) => {
    const shape = d.shape(1, 6, 3)
    const order = shape.map((_, i) => ({ i, at: d.integer(0, 1000) })).sort((a, b) => a.at - b.at)
    return {
      inputs: [d.tensor(shape, d.dtype())],
      op: (x) =>
        tf.transpose(
          x,
          order.map(({ i }) => i),
        ),
    }
  },
  tile: (d) => {
    const shape = d.shape(1, 5, 3)
    const times = shape.map(() => d.integer(1, 3))
    return { inputs: [d.tensor(shape, d.dtype())], op: (x) => tf.tile(x, times) }
  },
  gather: (d) => {
    const shape = d.shape(1, 4)
    const axis = d.integer(0, shape.length - 1)
    const indices = d.tensor(d.shape(0, 3), 'int32', 0, shape[axis]! - 1)
    return { inputs: [d.tensor(shape, d.dtype()), indices], op: (x, i) => tf.gather(x, i, axis) }
  },
  'gather with batch dimensions': (d) => {
    const shape = d.shape(2, 4)
    const axis = d.integer(1, shape.length - 1)
    const batch = d.integer(1, axis)
    const indices = d.tensor([...shape.slice(0, batch), ...d.shape(0, 2)], 'int32', 0, shape[axis]! - 1)
    return { inputs: [d.tensor(shape, d.dtype()), indices], op: (x, i) => tf.gather(x, i, axis, batch) }
  },
  gatherND: (d) => {
    const shape = d.shape(1, 4)
    const places = d.places(shape, d.integer(1, shape.length), d.integer(1, 4))
    return { inputs: [d.tensor(shape, d.dtype()), places], op: (x, i) => tf.gatherND(x, i) }
  },
  scatterND: (d) => {
    const shape = d.shape(1, 3)
    const places = d.places(shape, d.integer(1, shape.length), d.integer(1, 4))
    const updates = d.tensor([places.shape[0]!, ...shape.slice(places.shape[1])], d.number())
    return { inputs: [places, updates], op: (i, x) => tf.scatterND(i, x, shape as [number]) }
  },
  tensorScatterUpdate: (d) => {
    const [shape, dtype] = [d.shape(1, 3), d.dtype()]
    const places = d.places(shape, d.integer(1, shape.length), d.integer(1, 4))
    const updates = d.tensor([places.shape[0]!, ...shape.slice(places.shape[1])], dtype)
    return { inputs: [d.tensor(shape, dtype), places, updates], op: (x, i, u) => tf.tensorScatterUpdate(x, i, u) }
  },
  unsortedSegmentSum: (d) => {
    const shape = d.shape(1, 3)
    const inputs = [d.tensor(shape, d.number()), d.tensor(shape.slice(0, 1), 'int32', -1, 4)]
    return { inputs, op: (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4) }
  },
  oneHot: (d) => ({ inputs: [d.tensor(d.shape(1, 3), 'int32', -2, 5)], op: (x) => tf.oneHot(x, 4, 3, -1) }),
  likes: (d) => ({ inputs: [d.tensor(d.shape(0, 3), d.dtype())], op: (x) => [tf.onesLike(x), tf.zerosLike(x)] }),
  made: (d) => {
    const dtype = d.dtype()
    const count = d.integer(1, 7)
    return { inputs: [], op: () => [tf.fill([2, 3], 1, dtype), tf.linspace(-1, 2.5, count), tf.range(5, -2, -1.5)] }
  },
  spaceToBatchND: (d) => {
    const [h, w] = [d.integer(3, 6), d.integer(3, 6)]
    const op: Case['op'] = (x) =>
      tf.spaceToBatchND(
        x as tf.Tensor4D,
        [2, 3],
        [
          [0, h % 2],
          [0, (3 - (w % 3)) % 3],
        ],
      )
    return { inputs: [d.tensor([2, h, w, 2])], op }
  },
  batchToSpaceND: (d) => ({
    inputs: [d.tensor([6 * d.integer(1, 2), 3, 2, 2])],
    op: (x) =>
      tf.batchToSpaceND(
        x as tf.Tensor4D,
        [2, 3],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  }),
  depthToSpace: (d) => ({ inputs: [d.tensor([2, 2, 3, 8])], op: (x) => tf.depthToSpace(x as tf.Tensor4D, 2) }),
}
