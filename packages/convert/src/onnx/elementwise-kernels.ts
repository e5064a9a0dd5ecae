/** Kernels that work number by number. @module */
import { type CallPair, type GraphBuilder, typeOf } from './graph-builder.ts'
import type { KernelWriter } from './kernel-writer.ts'
import { typeNumbers } from './onnx-file.ts'

/** The same under ONNX's name. */
const unary =
  (op: string): KernelWriter =>
  (graph, call) => {
    graph.node(op, [call.input('x')], {}, call.outputs[0])
  }

const binary =
  (op: string): KernelWriter =>
  (graph, call) => {
    graph.node(op, [call.input('a'), call.input('b')], {}, call.outputs[0])
  }

const sameName = [
  ...['Exp', 'Log', 'Sqrt', 'Abs', 'Neg', 'Sigmoid', 'Tanh', 'Relu', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'],
  ...['Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh', 'Floor', 'Ceil', 'Round', 'Erf', 'Sign', 'Softplus', 'Reciprocal'],
  ...['Elu', 'IsNan'],
]
const otherName = { IsNan: 'IsNaN' } as Readonly<Record<string, string>>

const pairs = {
  ...{ Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow' },
  ...{ Greater: 'Greater', GreaterEqual: 'GreaterOrEqual', Less: 'Less', LessEqual: 'LessOrEqual', Equal: 'Equal' },
  ...{ LogicalAnd: 'And', LogicalOr: 'Or' },
}

/** The activation of a fused kernel, and its last name. */
export function activated(graph: GraphBuilder, call: CallPair, x: string): void {
  const [activation, output] = [call.attribute<string | undefined>('activation') ?? 'linear', call.outputs[0]]
  const slope = call.attribute<number | undefined>('leakyreluAlpha') ?? 0.2
  if (activation === 'linear') graph.node('Identity', [x], {}, output)
  else if (activation === 'relu') graph.node('Relu', [x], {}, output)
  else if (activation === 'sigmoid') graph.node('Sigmoid', [x], {}, output)
  else if (activation === 'elu') graph.node('Elu', [x], {}, output)
  else if (activation === 'leakyrelu') graph.node('LeakyRelu', [x], { alpha: { float: slope } }, output)
  else graph.refuse('an activation that ONNX has', activation)
}

/** Kernels that work number by number. */
export const elementwiseKernels: Readonly<Record<string, KernelWriter>> = {
  ...Object.fromEntries(sameName.map((name) => [name, unary(otherName[name] ?? name)])),
  ...Object.fromEntries(Object.entries(pairs).map(([name, op]) => [name, binary(op)])),
  LogicalNot: unary('Not'),
  Identity: unary('Identity'),
  NotEqual: (graph, call) => {
    graph.node('Not', [graph.node('Equal', [call.input('a'), call.input('b')])], {}, call.outputs[0])
  },
  SquaredDifference: (graph, call) => {
    const difference = graph.node('Sub', [call.input('a'), call.input('b')])
    graph.node('Mul', [difference, difference], {}, call.outputs[0])
  },
  Square: (graph, call) => {
    graph.node('Mul', [call.input('x'), call.input('x')], {}, call.outputs[0])
  },
  Rsqrt: (graph, call) => {
    graph.node('Reciprocal', [graph.node('Sqrt', [call.input('x')])], {}, call.outputs[0])
  },
  Log1p: (graph, call) => {
    graph.node('Log', [graph.node('Add', [call.input('x'), graph.number(1)])], {}, call.outputs[0])
  },
  Expm1: (graph, call) => {
    graph.node('Sub', [graph.node('Exp', [call.input('x')]), graph.number(1)], {}, call.outputs[0])
  },
  Relu6: (graph, call) => {
    graph.node('Clip', [call.input('x'), graph.number(0), graph.number(6)], {}, call.outputs[0])
  },
  ClipByValue: (graph, call) => {
    const ends = [graph.number(call.attribute('clipValueMin')), graph.number(call.attribute('clipValueMax'))]
    graph.node('Clip', [call.input('x'), ...ends], {}, call.outputs[0])
  },
  LeakyRelu: (graph, call) => {
    graph.node('LeakyRelu', [call.input('x')], { alpha: { float: call.attribute('alpha') } }, call.outputs[0])
  },
  Prelu: (graph, call) => {
    graph.node('PRelu', [call.input('x'), call.input('alpha')], {}, call.outputs[0])
  },
  AddN: (graph, call) => {
    graph.node(
      'Sum',
      call.names.map((name) => call.input(name)),
      {},
      call.outputs[0],
    )
  },
  Cast: (graph, call) => {
    const to = typeNumbers[typeOf(call.attribute('dtype'))]
    graph.node('Cast', [call.input('x')], { to }, call.outputs[0])
  },
  Select: (graph, call) => {
    graph.node('Where', [call.input('condition'), call.input('t'), call.input('e')], {}, call.outputs[0])
  },
  ZerosLike: (graph, call) => constantLike(graph, call, 0),
  OnesLike: (graph, call) => constantLike(graph, call, 1),
}

function constantLike(graph: GraphBuilder, call: CallPair, value: number): void {
  graph.node('Expand', [graph.number(value), graph.shape(call.outputShape())], {}, call.outputs[0])
}
