/** Element-wise functions of one argument; code in `assembly/unary.ts` and `assembly/scalar.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floatBits } from '../program.ts'
import { fastKernel } from './kernel.ts'

/** Elements worth a chunk: memory-bound functions, those that compute, and those that compute one at a time. */
const cheap = 16384
const costly = 4096
const slow = 512

function unary(kernelName: string, program: string, grain: number): KernelConfig {
  return fastKernel<{ x: TensorInfo }>(kernelName, ({ inputs: { x }, backend }) => {
    if (x.dtype !== 'float32') return null
    const y = backend.output(x.shape, 'float32')
    const size = util.sizeFromShape(x.shape)
    backend.run(program, backend.chunks(size, grain), backend.pointer(x), backend.pointer(y), size)
    return y
  })
}

function predicate(kernelName: string, program: string, dtype: 'float32' | 'bool'): KernelConfig {
  return fastKernel<{ x: TensorInfo }>(kernelName, ({ inputs: { x }, backend }) => {
    if (x.dtype !== dtype) return null
    const y = backend.output(x.shape, 'bool')
    const size = util.sizeFromShape(x.shape)
    backend.run(program, backend.chunks(size, cheap), backend.pointer(x), backend.pointer(y), size)
    return y
  })
}

/** Functions with parameters, which are attributes of the kernel. */
function unaryWith<Attributes>(
  kernelName: string,
  program: string,
  parameters: (attributes: Attributes) => [number, number],
): KernelConfig {
  return fastKernel<{ x: TensorInfo }, Attributes>(kernelName, ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== 'float32') return null
    const [first, second] = parameters(attrs)
    const y = backend.output(x.shape, 'float32')
    const size = util.sizeFromShape(x.shape)
    const words = [backend.pointer(x), backend.pointer(y), size, floatBits(first), floatBits(second)]
    backend.run(program, backend.chunks(size, cheap), ...words)
    return y
  })
}

/** The family. */
export const unaryKernels: KernelConfig[] = [
  unary('Abs', 'absF32', cheap),
  unary('Ceil', 'ceilF32', cheap),
  unary('Elu', 'eluF32', costly),
  unary('Erf', 'erfF32', costly),
  unary('Exp', 'expF32', costly),
  unary('Expm1', 'expm1F32', costly),
  unary('Floor', 'floorF32', cheap),
  unary('Log', 'logF32', costly),
  unary('Log1p', 'log1pF32', costly),
  unary('Neg', 'negF32', cheap),
  unary('Reciprocal', 'reciprocalF32', cheap),
  unary('Relu', 'reluF32', cheap),
  unary('Relu6', 'relu6F32', cheap),
  unary('Round', 'roundF32', cheap),
  unary('Rsqrt', 'rsqrtF32', cheap),
  unary('Selu', 'seluF32', costly),
  unary('Sigmoid', 'sigmoidF32', costly),
  unary('Sign', 'signF32', cheap),
  unary('Softplus', 'softplusF32', costly),
  unary('Sqrt', 'sqrtF32', cheap),
  unary('Square', 'squareF32', cheap),
  unary('Tanh', 'tanhF32', costly),
  unary('Acos', 'acosF32', slow),
  unary('Acosh', 'acoshF32', slow),
  unary('Asin', 'asinF32', slow),
  unary('Asinh', 'asinhF32', slow),
  unary('Atan', 'atanF32', slow),
  unary('Atanh', 'atanhF32', slow),
  unary('Cos', 'cosF32', costly),
  unary('Cosh', 'coshF32', slow),
  unary('Sin', 'sinF32', costly),
  unary('Sinh', 'sinhF32', slow),
  unary('Tan', 'tanF32', slow),
  predicate('IsFinite', 'isFiniteF32', 'float32'),
  predicate('IsInf', 'isInfF32', 'float32'),
  predicate('IsNan', 'isNanF32', 'float32'),
  predicate('LogicalNot', 'logicalNot', 'bool'),
  unaryWith<{ clipValueMin: number; clipValueMax: number }>('ClipByValue', 'clipF32', (attributes) => [
    attributes.clipValueMin,
    attributes.clipValueMax,
  ]),
  unaryWith<{ alpha: number }>('LeakyRelu', 'leakyReluF32', ({ alpha }) => [alpha, 0]),
  unaryWith<{ alpha: number }>('Step', 'stepF32', ({ alpha }) => [alpha, 0]),
]
