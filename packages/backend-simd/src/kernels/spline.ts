/** Rational-quadratic splines and their gradient; code in `assembly/spline.ts`. @module */
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { SimdBackend } from '../backend.ts'
import { floatBits } from '../program.ts'
import { fastKernel } from './kernel.ts'

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

/** `GenSpline` and `GenSplineGrad` of `@gen/flows`. */
export const splineKernels: KernelConfig[] = [
  fastKernel<Inputs, Attributes>('GenSpline', ({ inputs: { x0, x1 }, attrs, backend }) => {
    const y = backend.output([2, util.sizeFromShape(x0.shape)], 'float32')
    runRows('spline', backend, attrs, x1, [x0, x1, y])
    return y
  }),
  fastKernel<Inputs & { readonly dy: TensorInfo }, Attributes>(
    'GenSplineGrad',
    ({ inputs: { dy, x0, x1 }, attrs, backend }) => {
      const [dx, dTheta] = [x0, x1].map(({ shape }) => backend.output(shape, 'float32'))
      runRows('splineGrad', backend, attrs, x1, [dy, x0, x1, dx!, dTheta!])
      return [dx!, dTheta!]
    },
  ),
]
