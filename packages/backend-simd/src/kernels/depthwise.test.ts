import {
  backend_util,
  depthwiseConv2d,
  engine,
  fused,
  removeBackend,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, specOf } from './laws.ts'
import { agreesAsProducts, type ProductCase, sameOnAnyThreads } from './product-laws.ts'

type Pair = [number, number]
type Shape4 = [number, number, number, number]

interface Case {
  input: Shape4
  filter: Shape4
  strides: Pair
  pad: 'same' | 'valid' | number
  dilations: Pair
}

const side = fc.integer({ min: 1, max: 10 })
const size = fc.integer({ min: 1, max: 4 })
const step = fc.integer({ min: 1, max: 3 })

const outOf = ({ input, filter, strides, pad, dilations }: Case): Shape4 =>
  backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, undefined, true).outShape

const cases: fc.Arbitrary<Case> = fc
  .record({
    input: fc.tuple(fc.integer({ min: 1, max: 2 }), side, side, fc.integer({ min: 1, max: 39 })),
    filter: fc.tuple(size, size, fc.constantFrom(1, 1, 2, 5)),
    steps: fc.tuple(step, step),
    pad: fc.constantFrom('same' as const, 'valid' as const, 0, 1, 2),
    dilated: fc.boolean(),
  })
  .map(
    ({ input, filter: [height, width, multiplier], steps, pad, dilated }): Case => ({
      input,
      filter: [height, width, input[3], multiplier],
      strides: dilated ? [1, 1] : steps,
      pad,
      dilations: dilated ? steps : [1, 1],
    }),
  )
  .filter((one) => outOf(one).every((extent) => extent > 0))

const forward =
  ({ strides, pad, dilations }: Case) =>
  (x: Tensor, filter: Tensor) =>
    depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations)

/** The gradient kernels, called as tfjs's gradients call them. */
const inputGradient =
  ({ input, strides, pad, dilations }: Case) =>
  (dy: Tensor, filter: Tensor) => {
    const attributes = { strides, pad, dilations, inputShape: input }
    return engine().runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attributes) as Tensor
  }

const filterGradient =
  ({ filter, strides, pad, dilations }: Case) =>
  (x: Tensor, dy: Tensor) => {
    const attributes = { strides, pad, dilations, filterShape: filter }
    return engine().runKernel('DepthwiseConv2dNativeBackpropFilter', { x, dy }, attributes) as Tensor
  }

describeBackend('depthwise convolution', () => {
  it('agrees with cpu for any shape, stride, padding, dilation and multiplier', async () => {
    await forAll(
      fc.record({ one: cases, seed: seeds }),
      ({ one, seed }) => agreesAsProducts(forward(one), [specOf(one.input, seed), specOf(one.filter, seed + 1)]),
      100,
    )
  })

  it('its gradients agree with cpu', async () => {
    const undilated = cases.filter(({ dilations }) => dilations[0] * dilations[1] === 1)
    await forAll(
      fc.record({ one: undilated, seed: seeds }),
      async ({ one, seed }) => {
        const [x, filter, dy] = [one.input, one.filter, outOf(one)].map((shape, i) => specOf(shape, seed + i))
        await agreesAsProducts(inputGradient(one), [dy!, filter!])
        await agreesAsProducts(filterGradient(one), [x!, dy!])
      },
      100,
    )
  })

  it('fuses bias and activation', async () => {
    const op = (x: Tensor, filter: Tensor, bias: Tensor) =>
      fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        strides: 1,
        pad: 'same',
        bias,
        activation: 'prelu',
        preluActivationWeights: bias,
      })
    const specs = [specOf([2, 6, 7, 19], 1), specOf([3, 3, 19, 1], 2), specOf([19], 3)]
    await agreesWithCpu(op, specs, { atol: 1e-4 })
  })
})

describe('depthwise convolution on any number of threads', () => {
  afterAll(() => removeBackend('simd'))

  it('gives the same bits, forward and backward', async () => {
    const one: Case = { input: [4, 20, 20, 36], filter: [3, 3, 36, 1], strides: [1, 1], pad: 'same', dilations: [1, 1] }
    const [x, filter, dy] = [one.input, one.filter, outOf(one)].map((shape, i) => specOf(shape, i))
    const list: ProductCase[] = [
      [forward(one), [x!, filter!]],
      [inputGradient(one), [dy!, filter!]],
      [filterGradient(one), [x!, dy!]],
    ]
    await sameOnAnyThreads(list)
  })
})
