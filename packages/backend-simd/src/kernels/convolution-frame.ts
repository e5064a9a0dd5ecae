/** Images with few channels, made ready for a product; code in `assembly/conv-frame.ts`. @module */
import type { SimdBackend } from '../backend.ts'
import type { LeftFactor } from './gemm-product.ts'
import { withTemporary } from './temporary.ts'

/** Up to so many channels, entering a tap's loop costs a good part of running it. */
const fewChannels = 12

/** Whether the pixels under one row of the filter can and should be read as one run of numbers. */
export function joinable({ depth, taps, tapStep }: LeftFactor): boolean {
  return depth <= fewChannels && taps[1] > 1 && tapStep[1] === 1
}

/**
 * Calls `use` with a left factor whose taps along a row are joined to one, where that helps: `taps x · channels` numbers
 * instead of `channels`. The border of zeros must then be in memory, so an image that has one is copied with it.
 */
export function joinTaps(backend: SimdBackend, left: LeftFactor, use: (left: LeftFactor) => void): void {
  if (!joinable(left)) {
    use(left)
    return
  }
  const { grid, stride, origin, taps, tapStep, size, depth, images } = left
  const height = (grid[0] - 1) * stride[0] + (taps[0] - 1) * tapStep[0] + 1
  const width = (grid[1] - 1) * stride[1] + taps[1]
  const joined: LeftFactor = { ...left, taps: [taps[0], 1], tapStep: [tapStep[0], 0], depth: taps[1] * depth }
  const inside = origin[0] >= 0 && origin[1] >= 0 && origin[0] + height <= size[0] && origin[1] + width <= size[1]
  if (inside) {
    use(joined)
    return
  }
  withTemporary(backend, images * height * width * depth, (pointer) => {
    const words = [left.pointer, pointer, images, size[0], size[1], depth, height, width, origin[0], origin[1]]
    backend.run('conv2dFrame', backend.chunks(images * height * width * depth, 16384), ...words)
    use({ ...joined, pointer, size: [height, width], origin: [0, 0] })
  })
}
