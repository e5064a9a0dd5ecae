/** Kernels that sum over numbers, and products of matrices. @module */
import { activated } from './elementwise-kernels.ts'
import type { CallPair, GraphBuilder } from './graph-builder.ts'
import type { KernelWriter } from './kernel-writer.ts'
import { typeNumbers } from './onnx-file.ts'

const reduction =
  (op: string): KernelWriter =>
  (graph, call) => {
    const rank = call.shape('x').length
    const given = call.attribute<number | readonly number[] | undefined>('axis')
    const axes = given === undefined || given === null ? Array.from({ length: rank }, (_, i) => i) : [given].flat()
    const keepdims = call.attribute<boolean | undefined>('keepDims') ? 1 : 0
    if (axes.length === 0) graph.node('Identity', [call.input('x')], {}, call.outputs[0])
    else graph.node(op, [call.input('x'), graph.integers(axes)], { keepdims }, call.outputs[0])
  }

const place =
  (op: string): KernelWriter =>
  (graph, call) => {
    const found = graph.node(op, [call.input('x')], { axis: call.attribute<number>('axis'), keepdims: 0 })
    graph.node('Cast', [found], { to: typeNumbers.int32 }, call.outputs[0])
  }

/** A matrix with its last two axes swapped where asked for. */
function turned(graph: GraphBuilder, call: CallPair, name: string, swap: boolean): string {
  if (!swap) return call.input(name)
  const rank = call.shape(name).length
  const perm = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]
  return graph.node('Transpose', [call.input(name)], { perm })
}

function product(graph: GraphBuilder, call: CallPair, output?: string): string {
  const factors = [
    turned(graph, call, 'a', call.attribute<boolean>('transposeA')),
    turned(graph, call, 'b', call.attribute<boolean>('transposeB')),
  ]
  return graph.node('MatMul', factors, {}, output)
}

/** Kernels that sum. */
export const reductionKernels: Readonly<Record<string, KernelWriter>> = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
  Cumsum: (graph, call) => {
    const [exclusive, reverse] = [call.attribute('exclusive') ? 1 : 0, call.attribute('reverse') ? 1 : 0]
    const inputs = [call.input('x'), graph.integers([call.attribute<number>('axis')], [])]
    graph.node('CumSum', inputs, { exclusive, reverse }, call.outputs[0])
  },
  Softmax: (graph, call) => {
    graph.node('Softmax', [call.input('logits')], { axis: call.attribute<number>('dim') }, call.outputs[0])
  },
  LogSoftmax: (graph, call) => {
    graph.node('LogSoftmax', [call.input('logits')], { axis: call.attribute<number>('axis') }, call.outputs[0])
  },
  BatchMatMul: (graph, call) => {
    product(graph, call, call.outputs[0])
  },
  _FusedMatMul: (graph, call) => {
    const bias = call.optional('bias')
    const own = product(graph, call)
    activated(graph, call, bias === undefined ? own : graph.node('Add', [own, bias]))
  },
  Einsum: (graph, call) => {
    const equation = { text: call.attribute<string>('equation') }
    graph.node(
      'Einsum',
      call.names.map((name) => call.input(name)),
      { equation },
      call.outputs[0],
    )
  },
}
