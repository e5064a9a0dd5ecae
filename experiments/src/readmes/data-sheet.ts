/** Data sets, a line for each. @module */
import { fold, type Key } from '@gen/backend'
import { mnist, toy, toyNames } from '@gen/data'
import { drawFaces, type Face, faces } from '@gen/data/faces'
import { encodePng, grid } from '@gen/io'
import { concat, image, type Tensor4D, tensor4d, tidy, tile } from '@tensorflow/tfjs-core'

const side = 64
const columns = toyNames.length

/** The first face, and what each of the others has instead. */
const plain: Face = {
  ...{ skin: 'light', hair: 'bob', hairColor: 'brown', eyes: 'happy', eyebrows: 'calm', mouth: 'smile' },
  ...{ glasses: 'none', beard: 'none', shirt: 'blue', background: 'gray' },
}
const changes: readonly Partial<Face>[] = [
  {},
  { glasses: 'round' },
  { hairColor: 'pink' },
  { hair: 'fro' },
  { mouth: 'scream' },
  { beard: 'full' },
  { skin: 'dark' },
]

/** Faces that differ in one attribute each, faces drawn at random, digits, and points of the toys. */
export async function dataSheet(key: Key): Promise<Uint8Array> {
  const described = await drawFaces(
    changes.map((change) => ({ ...plain, ...change })),
    { size: side },
  )
  const drawn = await faces({ count: columns, size: side, key: fold(key, 0) })
  const digits = await mnist({ size: 32 })
  return tidy(() => {
    const { x: people } = drawn.batches({ size: columns, key: fold(key, 1) }).at(0)
    const { x: numbers } = digits.batches({ size: columns, key: fold(key, 2) }).at(0)
    const lines = [
      described,
      people as Tensor4D,
      inColor(image.resizeNearestNeighbor(numbers as Tensor4D, [side, side])),
      inColor(toys(fold(key, 3))),
    ]
    return encodePng(grid(concat(lines), { columns, value: 1, padding: 4 }))
  })
}

const inColor = (images: Tensor4D): Tensor4D => tile(images, [1, 1, 1, 3])

/** Points of each toy, dark on white, the second coordinate upwards. */
function toys(key: Key): Tensor4D {
  const pixels = new Float32Array(columns * side * side).fill(1)
  for (const [i, name] of toyNames.entries()) {
    const { bound, sample } = toy(name)
    const place = (value: number) => Math.floor(((value + bound) / (2 * bound)) * side)
    const points = sample(4000, fold(key, i)).dataSync()
    for (let at = 0; at < points.length; at += 2) {
      const [column, row] = [place(points[at]!), side - 1 - place(points[at + 1]!)]
      if (Math.min(column, row) >= 0 && Math.max(column, row) < side) pixels[(i * side + row) * side + column]! *= 0.75
    }
  }
  return tensor4d(pixels, [columns, side, side, 1])
}
