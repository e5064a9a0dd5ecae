/** Halving and doubling the positions of images and signals, differentiable as often as one likes. @module */
import {
  avgPool,
  concat,
  customGrad,
  mul,
  reshape,
  slice,
  type Tensor,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core'

/** How {@link doublePositions} fills in. */
export type Interpolation = 'nearest' | 'bilinear'

// tfjs has no second gradient of pooling and resizing. But these linear maps are each other's transposes up to a factor,
// so each is the other's gradient, and the chain never ends.

/** Means over 2 × 2 pixels (pairs of a signal's positions): `[b, h, w, c]` → `[b, ⌈h/2⌉, ⌈w/2⌉, c]`. */
export function meanPool(x: Tensor): Tensor {
  return tidy(() => like(x, evenMeanPool(repeatLast(asImage(x), axesOf(x)), axesOf(x))))
}

/** Doubles the positions: `[b, h, w, c]` → `[b, 2h, 2w, c]`, `[b, n, c]` → `[b, 2n, c]`. */
export function doublePositions(x: Tensor, interpolation: Interpolation): Tensor {
  return tidy(() => {
    const double = interpolation === 'nearest' ? nearest : bilinear
    return like(x, double(asImage(x), axesOf(x)))
  })
}

/** Which of height and width are positions: a signal is treated as an image of width 1. */
type Axes = readonly (1 | 2)[]

function axesOf(x: Tensor): Axes {
  return x.shape.length === 3 ? [1] : [1, 2]
}

function asImage(x: Tensor): Tensor4D {
  return x.shape.length === 3 ? reshape(x, [x.shape[0], x.shape[1], 1, x.shape[2]]) : (x as Tensor4D)
}

function like(x: Tensor, image: Tensor4D): Tensor {
  return x.shape.length === 3 ? reshape(image, [image.shape[0], image.shape[1], image.shape[3]]) : image
}

/** A map with a gradient of its own; this one's input is not needed for it, for the map is linear. */
function linear(x: Tensor4D, map: (x: Tensor4D) => Tensor4D, transposed: (dy: Tensor4D) => Tensor4D): Tensor4D {
  return customGrad((input) => ({ value: map(input as Tensor4D), gradFunc: (dy) => transposed(dy as Tensor4D) }))(
    x,
  ) as Tensor4D
}

function evenMeanPool(x: Tensor4D, axes: Axes): Tensor4D {
  const window: [number, number] = [2, axes.length]
  const transposed = (dy: Tensor4D): Tensor4D => mul(nearest(dy, axes), 1 / (2 * axes.length))
  return linear(x, (input) => avgPool(input, window, window, 'valid'), transposed)
}

function nearest(x: Tensor4D, axes: Axes): Tensor4D {
  const transposed = (dy: Tensor4D): Tensor4D => mul(evenMeanPool(dy, axes), 2 * axes.length)
  return linear(x, (input) => axes.reduceRight(repeatEach, input), transposed)
}

/** Repeats each position along an axis: a copy beside it in memory, then read as twice as many. */
function repeatEach(x: Tensor4D, axis: 1 | 2): Tensor4D {
  const [b, h, w, c] = x.shape
  const rows = axis === 2 ? reshape(x, [b * h * w, c]) : reshape(x, [b * h, w * c])
  return reshape(concat([rows, rows], 1), axis === 2 ? [b, h, 2 * w, c] : [b, 2 * h, w, c])
}

// Half-pixel bilinear doubling is nearest doubling, then the filter (¼, ½, ¼) along each axis; the filter is symmetric.
function bilinear(x: Tensor4D, axes: Axes): Tensor4D {
  return smooth(nearest(x, axes), axes)
}

function smooth(x: Tensor4D, axes: Axes): Tensor4D {
  const window: [number, number] = [2, axes.length]
  const mean = (y: Tensor4D) => avgPool(y, window, 1, 'valid')
  return linear(
    x,
    (input) => mean(mean(axes.reduce((y, axis) => repeatEnds(y, axis, true), input))),
    (dy) => smooth(dy, axes),
  )
}

/** Makes sizes even: the mean over the last position and its copy is the last position. */
function repeatLast(x: Tensor4D, axes: Axes): Tensor4D {
  return axes.reduce((y, axis) => (y.shape[axis] % 2 === 0 ? y : repeatEnds(y, axis, false)), x)
}

function repeatEnds(x: Tensor4D, axis: 1 | 2, both: boolean): Tensor4D {
  const at = (index: number) => {
    const begin = x.shape.map((_, i) => (i === axis ? index : 0))
    return slice(
      x,
      begin,
      x.shape.map((n, i) => (i === axis ? 1 : n)),
    )
  }
  return concat([...(both ? [at(0)] : []), x, at(x.shape[axis] - 1)], axis)
}
