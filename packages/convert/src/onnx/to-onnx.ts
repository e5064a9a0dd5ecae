/** Functions of tensors, written as ONNX files. @module */
import { refusal } from '@gen/backend'
import { dispose, fill, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { GraphBuilder, type Size, typeOf } from './graph-builder.ts'
import { writeKernel } from './kernels.ts'
import { encodeOnnx, type GraphValue } from './onnx-file.ts'
import { type Trace, trace, type Value } from './trace.ts'
import { onTraceBackend } from './trace-backend.ts'

/** What goes into a function, besides the batch. */
export interface OnnxInput {
  readonly name: string
  /** Shape of one row; the batch is free. */
  readonly shape: readonly number[]
  /** @default 'float32' */
  readonly dtype?: 'float32' | 'int32'
}

/** Options of {@link toOnnx}. */
export interface ToOnnxOptions {
  readonly inputs: readonly OnnxInput[]
  /** Names of the results, in their order. @default ['y'] */
  readonly outputs?: readonly string[]
}

const where = 'convert.toOnnx'

/** Two sizes of the batch: what differs between them depends on it. */
const batches = [2, 3] as const

/**
 * Writes a function of tensors as an ONNX file (opset 20, IR 9) with a free batch: any network, decoder or flow. The function is run twice, at two sizes
 * of the batch and on other numbers, with the cpu's kernels; every kernel that it calls on what goes in becomes a node, and all else, weights first, a
 * constant. Where the two runs differ in their steps or constants, as with an adaptive solver, the function has no graph, and is refused.
 * Layouts stay as they are here: channels last.
 *
 * @param run - Maps rows to rows: row i of what it gives depends on row i alone.
 * @throws GenError `config` for a function of no inputs, one whose steps or constants depend on its numbers or the batch, or one that calls what ONNX has no operator for.
 * @see https://onnx.ai/onnx/operators/
 * @example
 * const bytes = await toOnnx(([z]) => model.decode(z), { inputs: [{ name: 'z', shape: [model.latentSize] }], outputs: ['x'] })
 */
export async function toOnnx(
  run: (inputs: Tensor[]) => Tensor | Tensor[],
  { inputs, outputs = ['y'] }: ToOnnxOptions,
): Promise<Uint8Array> {
  if (inputs.length === 0) throw refusal('config', where, { expected: 'at least one input', got: 'none' })
  return await onTraceBackend(() => {
    const [a, b] = batches.map((rows) => traceOf(run, inputs, rows))
    return encodeOnnx(graphOf(a!, b!, inputs, outputs))
  })
}

function traceOf(run: (inputs: Tensor[]) => Tensor | Tensor[], inputs: readonly OnnxInput[], rows: number): Trace {
  const given = inputs.map(({ shape, dtype = 'float32' }) => {
    if (dtype === 'int32') return fill([rows, ...shape], 0, dtype)
    const size = shape.reduce((product, n) => product * n, rows)
    // Between 0.2 and 0.8, within the domain of logarithms and roots, and others at each size of the batch.
    return tensor(
      Float32Array.from({ length: size }, (_, i) => 0.2 + ((i * 0.37 + rows * 0.11) % 0.6)),
      [rows, ...shape],
    )
  })
  try {
    return trace((tensors) => [run(tensors)].flat(), given)
  } finally {
    dispose(given)
  }
}

function graphOf(
  a: Trace,
  b: Trace,
  inputs: readonly OnnxInput[],
  names: readonly string[],
): Parameters<typeof encodeOnnx>[0] {
  const graph = new GraphBuilder(
    where,
    batches,
    inputs.map(({ name }) => name),
  )
  if (a.calls.length !== b.calls.length || a.results.length !== names.length) {
    graph.refuse(`${names.length} results of the same steps at every batch`, `${a.results.length} of others`)
  }
  for (const [i, call] of a.calls.entries()) {
    const other = b.calls[i]!
    if (call.kernel !== other.kernel)
      graph.refuse('the same steps at every batch', `${call.kernel} and ${other.kernel}`)
    writeKernel(graph, graph.pair(i, call, other))
  }
  const outputs = a.results.map((result, i): GraphValue => {
    const name = graph.node('Identity', [graph.of({ a: result, b: b.results[i]! })], {}, names[i]!)
    return { name, dims: freeDims(graph.sizes(result.shape, shapeOf(b.results[i]!))), type: typeOf(result.dtype) }
  })
  const given = inputs.map(({ name, shape, dtype = 'float32' }): GraphValue => {
    return { name, dims: ['batch', ...shape], type: dtype }
  })
  return { nodes: graph.nodes, initializers: graph.initializers, inputs: given, outputs }
}

function shapeOf({ shape }: Value): readonly number[] {
  return shape
}

/** Sizes by name where they depend on the batch. */
function freeDims(sizes: readonly Size[]): (number | string)[] {
  return sizes.map((size) => {
    if (typeof size === 'number') return size
    return size.perRow === 1 ? 'batch' : `${size.perRow} * batch`
  })
}
