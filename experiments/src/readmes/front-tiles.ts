/** Parts of other pictures as tiles of one size, for the grid of the root README. @module */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePng, encodePng } from '@gen/io'
import { image, pad, slice, type Tensor3D, tidy } from '@tensorflow/tfjs-core'

const side = 304

/** A square that is cut out, and how it gets the size of a tile. */
interface Part {
  readonly of: string
  readonly left?: number
  readonly top?: number
  readonly side: number
  /** Samples are enlarged by whole pixels, with a frame in their background. @default smoothly, to the size of a tile */
  readonly times?: number
}

const samples = 'experiments/results'
/** The figures of pages of the playground without what surrounds them; 7 × 7 and 4 × 4 samples. */
const parts: Readonly<Record<string, Part>> = {
  'front-vae.png': { of: 'docs/playground/vae.png', left: 634, top: 71, side: 334 },
  'front-gan.png': { of: 'docs/playground/gan.png', left: 372, top: 71, side: 512 },
  'front-answers.png': { of: 'docs/playground/answers.png', left: 288, top: 71, side: 334 },
  'front-digits.png': { of: `${samples}/diffusion-guidance/weight-1.75-from-0.3-to-5-sde.png`, side: 7 * 30 + 2 },
  'front-faces.png': { of: `${samples}/gan-images/faces-r1-ema.png`, side: 4 * 34 + 2, times: 2 },
  'front-map.png': { of: `${samples}/align-faces/gan-to-vae-1.png`, side: 4 * 34 + 2, times: 2 },
}

/** The tiles, by the names of their files. */
export function frontTiles(root: string): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, tile(root, part)]))
}

function tile(root: string, { of, left = 0, top = 0, side: from, times }: Part): Uint8Array {
  return tidy(() => {
    const whole = decodePng(readFileSync(join(root, of)))
    const cut = slice(whole, [top, left, 0], [from, from, whole.shape[2]])
    if (times === undefined) return encodePng(image.resizeBilinear(cut, [side, side], false, true))
    const enlarged: Tensor3D = image.resizeNearestNeighbor(cut, [times * from, times * from])
    const frame: [number, number] = [(side - times * from) / 2, (side - times * from) / 2]
    return encodePng(pad(enlarged, [frame, frame, [0, 0]]))
  })
}
