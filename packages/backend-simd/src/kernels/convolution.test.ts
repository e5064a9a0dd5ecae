import {
  backend_util,
  conv2d,
  conv2dTranspose,
  engine,
  fused,
  getKernel,
  removeBackend,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { agreesWithCpu, describeBackend, forAll, seeds, specOf } from './laws.ts'
import { agreesAsProducts, type ProductCase, sameOnAnyThreads } from './product-laws.ts'
import { winogradFits } from './winograd.ts'

type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding
type Pair = [number, number]
type Shape4 = [number, number, number, number]

/** A convolution: input and filter shapes and attributes. */
interface Case {
  input: Shape4
  filter: Shape4
  strides: Pair
  pad: Padding
  dilations: Pair
}

const side = fc.integer({ min: 1, max: 11 })
const channels = fc.oneof(fc.integer({ min: 1, max: 21 }), fc.constantFrom(13, 33))
const size = fc.integer({ min: 1, max: 5 })
const pads = fc.oneof(
  fc.constantFrom<Padding>('same', 'valid', 0, 1, 2),
  fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }).map(
    ([top, bottom, left, right]): Padding => [
      [0, 0],
      [top!, bottom!],
      [left!, right!],
      [0, 0],
    ],
  ),
)

function outOf({ input, filter, strides, pad, dilations }: Case): Shape4 {
  return backend_util.computeConv2DInfo(input, filter, strides, dilations, pad).outShape
}

/** Any convolution with an output; dilated ones have stride 1, as tfjs demands. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    input: fc.tuple(fc.integer({ min: 1, max: 3 }), side, side, channels),
    filter: fc.tuple(size, size, channels),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    pad: pads,
    dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilated: fc.boolean(),
  })
  .map(
    ({ input, filter: [height, width, outputs], strides, pad, dilations, dilated }): Case => ({
      input,
      filter: [height, width, input[3], outputs],
      strides: dilated ? [1, 1] : strides,
      pad,
      dilations: dilated ? dilations : [1, 1],
    }),
  )
  .filter((one) => {
    const [, height, width] = outOf(one)
    const fits = winogradFits(
      backend_util.computeConv2DInfo(one.input, one.filter, one.strides, one.dilations, one.pad),
      'forward',
    )
    return height > 0 && width > 0 && !fits
  })

const forward =
  ({ strides, pad, dilations }: Case) =>
  (x: Tensor, filter: Tensor) =>
    conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations)

/** The gradient kernels, called as tfjs's gradients call them. */
const inputGradient =
  ({ input, strides, pad }: Case) =>
  (dy: Tensor, filter: Tensor) =>
    engine().runKernel(
      'Conv2DBackpropInput',
      { dy, filter },
      { strides, pad, dataFormat: 'NHWC', inputShape: input },
    ) as Tensor

const filterGradient =
  ({ filter, strides, pad }: Case) =>
  (x: Tensor, dy: Tensor) =>
    engine().runKernel(
      'Conv2DBackpropFilter',
      { x, dy },
      { strides, pad, dataFormat: 'NHWC', filterShape: filter },
    ) as Tensor

const undilated = cases.filter(({ dilations }) => dilations[0] * dilations[1] === 1)

/** Shapes that models use and small random ones miss: first and last layers, pointwise, strided, long sums, wide results. */
const layers: Case[] = [
  { input: [2, 13, 17, 1], filter: [3, 3, 1, 32], strides: [1, 1], pad: 'same', dilations: [1, 1] },
  { input: [2, 16, 16, 3], filter: [5, 5, 3, 24], strides: [2, 2], pad: 'same', dilations: [1, 1] },
  { input: [2, 9, 12, 40], filter: [3, 3, 40, 1], strides: [1, 1], pad: 'same', dilations: [1, 1] },
  { input: [2, 9, 12, 35], filter: [3, 3, 35, 3], strides: [1, 1], pad: 'same', dilations: [1, 1] },
  { input: [3, 11, 7, 33], filter: [1, 1, 33, 50], strides: [1, 1], pad: 'valid', dilations: [1, 1] },
  { input: [3, 11, 7, 12], filter: [1, 1, 12, 10], strides: [2, 2], pad: 'same', dilations: [1, 1] },
  { input: [1, 16, 14, 20], filter: [4, 4, 20, 36], strides: [2, 2], pad: 'same', dilations: [1, 1] },
  { input: [1, 5, 5, 300], filter: [2, 2, 300, 170], strides: [1, 1], pad: 'valid', dilations: [1, 1] },
  { input: [4, 40, 40, 4], filter: [3, 3, 4, 7], strides: [1, 1], pad: 'same', dilations: [1, 1] },
  { input: [1, 3, 3, 2], filter: [7, 7, 2, 5], strides: [1, 1], pad: 3, dilations: [1, 1] },
]

/** Draws what the gradient of a case takes, and compares it. */
const gradients: Record<string, (one: Case, seed: number) => Promise<void>> = {
  input: (one, seed) =>
    agreesAsProducts(inputGradient(one), [specOf(outOf(one), seed + 2), specOf(one.filter, seed + 1)]),
  filter: (one, seed) => agreesAsProducts(filterGradient(one), [specOf(one.input, seed), specOf(outOf(one), seed + 2)]),
}

describeBackend('convolution', () => {
  const specs = (...shapes: number[][]) => shapes.map((shape, i) => specOf(shape, i + 5))

  it('agrees with cpu for any shape, stride, padding and dilation', async () => {
    await forAll(
      fc.record({ one: cases, seed: seeds }),
      async ({ one, seed }) => {
        await agreesAsProducts(forward(one), [specOf(one.input, seed), specOf(one.filter, seed + 1)])
      },
      120,
    )
  })

  it.each(Object.entries(gradients))('the %s gradient agrees with cpu for any shape, stride and padding', (_, agrees) =>
    forAll(fc.record({ one: undilated, seed: seeds }), ({ one, seed }) => agrees(one, seed), 120),
  )

  describe.each(layers)('agrees with cpu for a layer of models, $input by $filter', (one) => {
    it('forward', () => agreesAsProducts(forward(one), specs(one.input, one.filter)))

    it.each(Object.entries(gradients))('in its %s gradient', (_, agrees) => agrees(one, 5))
  })

  it('transposed convolutions agree with cpu', async () => {
    for (const [strides, pad] of [
      [2, 'same'],
      [2, 'valid'],
      [1, 'same'],
      [3, 1],
    ] as const) {
      const op = (x: Tensor, filter: Tensor) => {
        const out = pad === 'same' ? 5 * strides : 4 * strides + 4 - (pad === 'valid' ? 0 : 2 * pad)
        return conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, out, out, 6], strides, pad)
      }
      await agreesAsProducts(op, specs([2, 5, 5, 9], [4, 4, 6, 9]))
    }
  })

  it('agrees with cpu where dy is larger than the output, which tfjs allows', async () => {
    const op = (x: Tensor, filter: Tensor) =>
      conv2dTranspose(x as Tensor4D, filter as Tensor4D, [1, 4, 4, 5], 1, 'same')
    await agreesAsProducts(op, specs([1, 8, 8, 6], [3, 3, 5, 6]))
  })

  it('sends 3×3 layers to Winograd, within its larger error', async () => {
    const one: Case = {
      input: [2, 13, 10, 24],
      filter: [3, 3, 24, 32],
      strides: [1, 1],
      pad: 'same',
      dilations: [1, 1],
    }
    const [x, filter, dy] = specs(one.input, one.filter, outOf(one))
    const tolerance = { rtol: 0, atol: 5e-2 }
    await agreesWithCpu(forward(one), [x!, filter!], tolerance)
    await agreesWithCpu(inputGradient(one), [dy!, filter!], tolerance)
    await agreesWithCpu(filterGradient(one), [x!, dy!], tolerance)
  })

  it('leaves channels first to cpu', async () => {
    const op = (x: Tensor, filter: Tensor) => conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NCHW')
    await agreesAsProducts(op, specs([2, 3, 6, 5], [3, 3, 3, 4]))
    expect(getKernel('Conv2D', 'simd')).not.toBe(getKernel('Conv2D', 'cpu'))
  })

  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const) {
    it(`fuses bias and ${activation}`, async () => {
      const shapes: [Shape4, Shape4][] = [
        [
          [2, 6, 7, 3],
          [3, 3, 3, 10],
        ],
        [
          [2, 6, 7, 16],
          [3, 3, 16, 16],
        ],
        [
          [2, 6, 7, 5],
          [1, 1, 5, 3],
        ],
      ]
      for (const [input, filter] of shapes) {
        const op = (x: Tensor, filter: Tensor, bias: Tensor) =>
          fused.conv2d({
            x: x as Tensor4D,
            filter: filter as Tensor4D,
            strides: 1,
            pad: 'same',
            bias,
            activation,
            preluActivationWeights: bias,
            leakyreluAlpha: 0.2,
          })
        await agreesWithCpu(op, specs(input, filter, [filter[3]]), { atol: 5e-3 })
      }
    })
  }
})

describe('convolution on any number of threads', () => {
  afterAll(() => removeBackend('simd'))

  it('gives the same bits, forward and backward', async () => {
    const one: Case = { input: [6, 30, 30, 9], filter: [4, 4, 9, 20], strides: [1, 1], pad: 'same', dilations: [1, 1] }
    const winograd: Case = {
      input: [8, 16, 16, 16],
      filter: [3, 3, 16, 24],
      strides: [1, 1],
      pad: 'same',
      dilations: [1, 1],
    }
    const few: Case = { input: [6, 30, 30, 3], filter: [3, 3, 3, 2], strides: [2, 2], pad: 'same', dilations: [1, 1] }
    const list = [one, winograd, few].flatMap((one): ProductCase[] => {
      const [x, filter, dy] = [one.input, one.filter, outOf(one)].map((shape, i) => specOf(shape, i))
      return [
        [forward(one), [x!, filter!]],
        [inputGradient(one), [dy!, filter!]],
        [filterGradient(one), [x!, dy!]],
      ]
    })
    await sameOnAnyThreads(list)
  })
})
