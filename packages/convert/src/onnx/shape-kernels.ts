/** Kernels that move numbers and change none. @module */
import { type CallPair, type GraphBuilder, type Size, typeOf } from './graph-builder.ts'
import type { KernelWriter } from './kernel-writer.ts'
import { typeNumbers } from './onnx-file.ts'

/** As far as ONNX's slices go. */
const toTheEnd = 2 ** 31 - 1

const reshaped: KernelWriter = (graph, call) => {
  graph.node('Reshape', [call.input(call.names[0]!), reshapeSizes(graph, call.outputShape())], {}, call.outputs[0])
}

/** One size that depends on the batch is −1, which ONNX infers. */
function reshapeSizes(graph: GraphBuilder, sizes: readonly Size[]): string {
  const free = sizes.filter((size) => typeof size !== 'number').length
  if (free > 1 || sizes.includes(0)) return graph.shape(sizes)
  return graph.integers(sizes.map((size) => (typeof size === 'number' ? size : -1)))
}

/** Axis from the front. */
function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

const sliced: KernelWriter = (graph, call) => {
  const [begin, sizes] = [call.attribute<number | number[]>('begin'), call.outputShape()]
  const shape = call.shape('x')
  const starts = shape.map((_, axis) => (typeof begin === 'number' ? (axis === 0 ? begin : 0) : (begin[axis] ?? 0)))
  const ends = sizes.map((size, axis) => {
    if (typeof size === 'number') return starts[axis]! + size
    return starts[axis] === 0 ? toTheEnd : graph.refuse('slices that do not depend on the batch', 'others')
  })
  const inputs = [call.input('x'), graph.integers(starts), graph.integers(ends)]
  graph.node('Slice', inputs, {}, call.outputs[0])
}

const oneHot: KernelWriter = (graph, call) => {
  const depth = call.attribute<number>('depth')
  const [on, off] = [
    call.attribute<number | undefined>('onValue') ?? 1,
    call.attribute<number | undefined>('offValue') ?? 0,
  ]
  const indices = graph.node('Unsqueeze', [call.input('indices'), graph.integers([-1])])
  const asLong = graph.node('Cast', [indices], { to: typeNumbers.int64 })
  const places = graph.integers(Array.from({ length: depth }, (_, i) => i))
  const hot = graph.node('Cast', [graph.node('Equal', [asLong, places])], { to: typeNumbers.float32 })
  const scaled = graph.node('Mul', [hot, graph.number(on - off)])
  const whole = graph.node('Add', [scaled, graph.number(off)])
  const type = typeOf(call.attribute<string | undefined>('dtype') ?? 'float32')
  graph.node('Cast', [whole], { to: typeNumbers[type] }, call.outputs[0])
}

/** Several outputs along an axis, each perhaps without that axis. */
function splitInto(
  graph: GraphBuilder,
  call: CallPair,
  axis: number,
  sizes: readonly number[],
  squeeze: boolean,
): void {
  let at = 0
  for (const [i, size] of sizes.entries()) {
    const inputs = [call.input(call.names[0]!), ...[[at], [at + size], [axis]].map((list) => graph.integers(list))]
    if (squeeze) graph.node('Squeeze', [graph.node('Slice', inputs), graph.integers([axis])], {}, call.outputs[i])
    else graph.node('Slice', inputs, {}, call.outputs[i])
    at += size
  }
}

/** Kernels that move numbers and change none. */
export const shapeKernels: Readonly<Record<string, KernelWriter>> = {
  Reshape: reshaped,
  ExpandDims: reshaped,
  Slice: sliced,
  OneHot: oneHot,
  Transpose: (graph, call) => {
    graph.node('Transpose', [call.input('x')], { perm: call.attribute<number[]>('perm') }, call.outputs[0])
  },
  Concat: (graph, call) => {
    const rank = call.outputShape().length
    const inputs = call.names.map((name) => call.input(name))
    graph.node('Concat', inputs, { axis: axisOf(call.attribute('axis'), rank) }, call.outputs[0])
  },
  Pack: (graph, call) => {
    const axis = axisOf(call.attribute('axis'), call.outputShape().length)
    const inputs = call.names.map((name) => graph.node('Unsqueeze', [call.input(name), graph.integers([axis])]))
    graph.node('Concat', inputs, { axis }, call.outputs[0])
  },
  Unpack: (graph, call) => {
    const axis = axisOf(call.attribute('axis'), call.shape('value').length)
    splitInto(graph, call, axis, Array<number>(call.outputs.length).fill(1), true)
  },
  SplitV: (graph, call) => {
    const shape = call.shape('x')
    const axis = axisOf(call.attribute('axis'), shape.length)
    const [asked, size] = [call.attribute<number | number[]>('numOrSizeSplits'), shape[axis]!]
    if (typeof size !== 'number') graph.refuse('splits that do not depend on the batch', 'others')
    const whole = size as number
    const even = typeof asked === 'number' ? Array<number>(asked).fill(whole / asked) : asked
    const known = even.filter((n) => n >= 0).reduce((sum, n) => sum + n, 0)
    splitInto(
      graph,
      call,
      axis,
      even.map((n) => (n < 0 ? whole - known : n)),
      false,
    )
  },
  Tile: (graph, call) => {
    graph.node('Tile', [call.input('x'), graph.shape(call.sizes('reps'))], {}, call.outputs[0])
  },
  PadV2: (graph, call) => {
    const paddings = call.attribute<[number, number][]>('paddings')
    const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
    const value = graph.number(call.attribute<number | undefined>('constantValue') ?? 0)
    graph.node('Pad', [call.input('x'), pads, value], {}, call.outputs[0])
  },
  Reverse: (graph, call) => {
    const rank = call.shape('x').length
    const dims = call.attribute<number | number[]>('dims')
    const axes = [dims].flat().map((axis) => axisOf(axis, rank))
    const lists = [axes.map(() => -1), axes.map(() => -toTheEnd), axes, axes.map(() => -1)]
    graph.node('Slice', [call.input('x'), ...lists.map((list) => graph.integers(list))], {}, call.outputs[0])
  },
  GatherV2: (graph, call) => {
    if ((call.attribute<number | undefined>('batchDims') ?? 0) !== 0) graph.refuse('lookups in one table', 'others')
    const axis = axisOf(call.attribute<number | undefined>('axis') ?? 0, call.shape('x').length)
    graph.node('Gather', [call.input('x'), call.input('indices')], { axis }, call.outputs[0])
  },
}
