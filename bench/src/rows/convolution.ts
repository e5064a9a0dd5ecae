/** Convolutions. @module */
import { lax, numpy, vjp } from '@jax-js/jax'
import { conv2d, type Tensor, type Tensor4D, valueAndGrads } from '@tensorflow/tfjs-core'
import type { Row } from '../row.ts'
import { spec } from '../spec.ts'
import { type JaxOperation, operation } from './operation.ts'

interface Shape {
  /** Height and width. */
  side: number
  from: number
  to: number
  batch?: number
  size?: number
  stride?: number
}

const shapes: readonly Shape[] = [
  { side: 32, from: 32, to: 64 },
  { side: 28, from: 32, to: 32 },
  { side: 16, from: 64, to: 64 },
  { side: 8, from: 192, to: 96 },
  { side: 32, from: 32, to: 64, stride: 2 },
  { side: 32, from: 64, to: 64, size: 1 },
]

/** Each shape forward, and forward with the gradients of input and filter. */
export const convolutionRows: readonly Row[] = shapes.flatMap((shape) => [forward(shape), forwardAndBackward(shape)])

function described({ side, from, to, batch = 64, size = 3, stride = 1 }: Shape) {
  const strided = stride === 1 ? '' : `, stride ${stride}`
  const outputSide = side / stride
  return {
    id: `conv-${size}x${size}-${side}-${from}-${to}${stride === 1 ? '' : `-s${stride}`}`,
    name: `conv ${size}×${size} ${batch}×${side}×${side}×${from}→${to}${strided}`,
    inputs: {
      x: spec([batch, side, side, from], 1),
      filter: spec([size, size, from, to], 2, { scale: Math.sqrt(3 / (size * size * from)) }),
    },
    dy: spec([batch, outputSide, outputSide, to], 3),
    // The same number of zeros on each side, as in PyTorch; tfjs's 'same' puts more at the end.
    pad: (size - 1) / 2,
    stride,
  }
}

function forward(shape: Shape): Row {
  const { id, name, inputs, pad, stride } = described(shape)
  return operation({
    ...{ id: `${id}-forward`, name: `${name}, forward`, inputs },
    tfjs: (x, filter) => [conv2d(x as Tensor4D, filter as Tensor4D, stride, pad)],
    jax: jaxConvolution(stride, pad),
    task: 'convolution',
    attributes: { stride, pad },
  })
}

function forwardAndBackward(shape: Shape): Row {
  const { id, name, inputs, dy, pad, stride } = described(shape)
  return operation({
    ...{ id: `${id}-gradient`, name: `${name}, forward + backward`, gradient: true, inputs: { ...inputs, dy } },
    tfjs: (x, filter, dy) => {
      const convolve = (x: Tensor, filter: Tensor): Tensor => conv2d(x as Tensor4D, filter as Tensor4D, stride, pad)
      const { value, grads } = valueAndGrads(convolve)([x, filter], dy)
      return [value, ...grads]
    },
    jax: jaxConvolution(stride, pad),
    task: 'convolution_gradient',
    attributes: { stride, pad },
  })
}

// Not under `jit`, which makes it five times slower here.
function jaxConvolution(stride: number, pad: number): JaxOperation {
  const convolve = (x: numpy.Array, filter: numpy.Array): numpy.Array =>
    lax.convGeneralDilated(
      x,
      filter,
      [stride, stride],
      [
        [pad, pad],
        [pad, pad],
      ],
    )
  return {
    prepare: (x, filter, dy) => [first(x), numpy.transpose(filter, [3, 2, 0, 1]), ...(dy ? [first(dy)] : [])],
    run: (x, filter, dy) => {
      if (dy === undefined) return [convolve(x, filter)]
      const [y, backward] = vjp(convolve, [x, filter])
      const gradients = backward(dy)
      backward.dispose()
      return [y, ...gradients]
    },
    inOurLayout: ([y, dx, dFilter]) => [
      last(y!),
      ...(dx && dFilter ? [last(dx), numpy.transpose(dFilter, [2, 3, 1, 0])] : []),
    ],
  }
}

const first = (image: numpy.Array) => numpy.transpose(image, [0, 3, 1, 2])
const last = (image: numpy.Array) => numpy.transpose(image, [0, 2, 3, 1])
