/** Rational-quadratic splines and their gradient; code in `assembly/spline.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { genKernel } from './gen-kernel.ts'

interface Inputs {
  readonly x0: TensorInfo
  readonly x1: TensorInfo
}

interface Attributes {
  readonly bins: number
  readonly bound: number
  readonly slope: number
  readonly inverse: boolean
}

/** In parameters: some 10 µs. */
const grain = 2048

/** Runs a kernel over all numbers; each thread keeps the exponentials of one number's bins. */
function runRows(
  kernel: 'spline' | 'splineGrad',
  backend: SimdBackend,
  { bins, bound, slope, inverse }: Attributes,
  theta: TensorInfo,
  tensors: readonly TensorInfo[],
): void {
  const parameters = util.sizeFromShape(theta.shape)
  const pointers = tensors.map((tensor) => backend.pointer(tensor))
  const settings = [bins, Number(inverse), floatBits(bound), floatBits(Math.abs(Math.log(slope)) / 2)]
  backend.scratch(2 * 4 * ((bins + 3) & ~3), (scratch, stride) => {
    const chunks = backend.chunks(parameters, grain)
    backend.run(kernel, chunks, parameters / (3 * bins - 1), ...settings, scratch, stride, ...pointers)
  })
}

/** Numbers `[n]` in any shape, `[n, 3K − 1]` parameters in any shape, and two numbers for each in the gradient. */
function shapeOf(name: string, { x0, x1 }: Inputs, { bins }: Attributes): readonly number[] | undefined {
  const count = util.sizeFromShape(x0.shape)
  if (name === 'dy') return [2, count]
  return name === 'x1' && util.sizeFromShape(x1.shape) !== count * (3 * bins - 1) ? [count, 3 * bins - 1] : undefined
}

/** `GenSpline` and `GenSplineGrad` of `@gen/flows`. */
export const splineKernels: KernelConfig[] = [
  genKernel<Inputs, Attributes>('GenSpline', shapeOf, ({ inputs: { x0, x1 }, attrs, backend }) => {
    const y = backend.output([2, util.sizeFromShape(x0.shape)], 'float32')
    runRows('spline', backend, attrs, x1, [x0, x1, y])
    return y
  }),
  genKernel<Inputs & { readonly dy: TensorInfo }, Attributes>(
    'GenSplineGrad',
    shapeOf,
    ({ inputs: { dy, x0, x1 }, attrs, backend }) => {
      const [dx, dTheta] = [x0, x1].map(({ shape }) => backend.output(shape, 'float32'))
      runRows('splineGrad', backend, attrs, x1, [dy, x0, x1, dx!, dTheta!])
      return [dx!, dTheta!]
    },
  ),
]
