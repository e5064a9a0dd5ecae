/** AdamW over all variables in one call; code in `assembly/adam-w.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'

interface Attributes {
  readonly count: number
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly step: number
  readonly gradientScale: number
}

const grain = 8192
/** Variables per call: their records fill the arguments. */
const perCall = 256

/** The words that stand for the step's numbers. */
function constants(attributes: Attributes): number[] {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = attributes
  const corrections = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
  const numbers = [
    learningRate,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    ...corrections,
    epsilon,
    weightDecay,
    gradientScale,
  ]
  return numbers.map(floatBits)
}

function stepAll(inputs: Record<string, TensorInfo>, attributes: Attributes, backend: SimdBackend): TensorInfo[] {
  const { count } = attributes
  const values = Array.from({ length: count }, (_, i) => inputs[`x${i}`]!)
  const fresh = () => values.map(({ shape }) => backend.output(shape, 'float32'))
  const [nextX, nextM, nextV] = [fresh(), fresh(), fresh()]
  for (let first = 0; first < count; first += perCall) {
    const some = values.slice(first, first + perCall)
    const records = some.flatMap(({ shape }, j) => {
      const i = first + j
      const tensors = [inputs[`x${i}`], inputs[`g${i}`], inputs[`m${i}`], inputs[`v${i}`], nextX[i], nextM[i], nextV[i]]
      return [util.sizeFromShape(shape), ...tensors.map((info) => backend.pointer(info!))]
    })
    const total = some.reduce((sum, { shape }) => sum + util.sizeFromShape(shape), 0)
    backend.run('adamW', backend.chunks(total, grain), total, some.length, ...constants(attributes), ...records)
  }
  return [...nextX, ...nextM, ...nextV]
}

/** `GenAdamW` of `@gen/backend`. */
export const adamWKernels: KernelConfig[] = [
  genKernel<Record<string, TensorInfo>, Attributes>(
    'GenAdamW',
    // g7, m7 and v7 are as x7.
    (name, inputs) => inputs[`x${name.slice(1)}`]!.shape,
    ({ inputs, attrs, backend }) => stepAll(inputs, attrs, backend),
  ),
]
