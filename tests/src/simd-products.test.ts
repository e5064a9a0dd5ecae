/** Convolutions and matrix products of @gen/backend-simd: gradients, and gradients of gradients, against differences. */
import { key, normal, useBackend } from '@gen/backend'
import {
  add,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  grads,
  matMul,
  mean,
  mul,
  square,
  sum,
  type Tensor,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

type Op = (...inputs: Tensor[]) => Tensor

/** Cases: a function of tensors with these shapes. Quadratic outputs make every order of gradient depend on all inputs. */
const cases: Record<string, { op: Op; shapes: number[][] }> = {
  'matMul, all flags': {
    shapes: [
      [5, 7],
      [7, 9],
    ],
    op: (a, b) => {
      const y = matMul(a, b)
      return add(add(sum(square(matMul(y, y, true, false))), sum(matMul(y, y, false, true))), sum(square(y)))
    },
  },
  'batched matMul': {
    shapes: [
      [3, 4, 5],
      [3, 5, 6],
    ],
    op: (a, b) => square(matMul(a, b)),
  },
  'pointwise convolution': {
    shapes: [
      [2, 4, 5, 6],
      [1, 1, 6, 7],
    ],
    op: convolution(1, 'same'),
  },
  '3×3 convolution with few channels': {
    shapes: [
      [2, 6, 5, 3],
      [3, 3, 3, 4],
    ],
    op: convolution(1, 'same'),
  },
  '3×3 convolution by Winograd': {
    shapes: [
      [1, 8, 8, 16],
      [3, 3, 16, 16],
    ],
    op: convolution(1, 'same'),
  },
  'strided convolution': {
    shapes: [
      [2, 7, 6, 5],
      [4, 4, 5, 6],
    ],
    op: convolution(2, 'same'),
  },
  'strided convolution, valid': {
    shapes: [
      [2, 8, 8, 5],
      [3, 2, 5, 13],
    ],
    op: convolution(3, 'valid'),
  },
  'transposed convolution': {
    shapes: [
      [2, 3, 3, 5],
      [4, 4, 6, 5],
    ],
    op: (x, filter) => square(conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, 6, 6, 6], 2, 'same')),
  },
  'depthwise convolution': {
    shapes: [
      [2, 6, 5, 7],
      [3, 3, 7, 1],
    ],
    op: (x, filter) => square(depthwiseConv2d(x as Tensor4D, filter as Tensor4D, [2, 2], 'same')),
  },
}

function convolution(strides: number, pad: 'same' | 'valid'): Op {
  return (x, filter) => square(conv2d(x as Tensor4D, filter as Tensor4D, strides, pad))
}

const loss =
  (op: Op) =>
  (...inputs: Tensor[]): Tensor =>
    sum(op(...inputs))

/** Σ ‖gradient‖², which R1 and the gradient penalty are made of. */
const slope =
  (op: Op) =>
  (...inputs: Tensor[]): Tensor =>
    grads(loss(op))(inputs)
      .map((gradient) => mean(square(gradient)))
      .reduce((total, part) => add(total, part))

/** The derivative of `f` along a direction: by its gradients, and by a central difference of fourth order. */
function along(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[], direction: Tensor[]): [number, number] {
  const at = (t: number) => f(...inputs.map((x, i) => add(x, mul(direction[i]!, t)))).dataSync()[0]!
  const gradient = grads(f)(inputs)
  const product = gradient.reduce((total, part, i) => total + sum(mul(part, direction[i]!)).dataSync()[0]!, 0)
  const step = 0.02
  return [product, (-at(2 * step) + 8 * at(step) - 8 * at(-step) + at(-2 * step)) / (12 * step)]
}

describe('simd products', () => {
  beforeAll(() => useBackend('simd'))

  for (const [name, { op, shapes }] of Object.entries(cases)) {
    it(`${name}: first and second order equal differences`, () => {
      tidy(() => {
        const inputs = shapes.map((shape, i) => mul(normal(key(i), shape), 0.5))
        const direction = shapes.map((shape, i) => mul(normal(key(10 + i), shape), 0.2))
        for (const f of [loss(op), slope(op)]) {
          const [product, difference] = along(f, inputs, direction)
          expect(Math.abs(product - difference) / Math.abs(difference)).toBeLessThan(2e-3)
        }
      })
    })
  }
})
