/** Points as a picture. @module */
import { encodePng, grid } from '@gen/io'
import { stack, type Tensor4D, tensor3d, tidy } from '@tensorflow/tfjs-core'

const side = 200

/** Points of each set, dark on white, one square per set side by side. */
export function scatterPictures(sets: readonly Float32Array[], bound: number): Uint8Array {
  return tidy(() => {
    const squares = sets.map((points) => tensor3d(square(points, bound), [side, side, 1]))
    return encodePng(grid(stack(squares) as Tensor4D, { columns: sets.length, value: 0.5 }))
  })
}

function square(points: Float32Array, bound: number): Float32Array {
  const pixels = new Float32Array(side * side).fill(1)
  const place = (value: number) => Math.floor(((value + bound) / (2 * bound)) * side)
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [column, row] = [place(points[i]!), side - 1 - place(points[i + 1]!)]
    if (column < 0 || column >= side || row < 0 || row >= side) continue
    pixels[row * side + column]! *= 0.6
  }
  return pixels
}
