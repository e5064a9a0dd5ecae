/** Parts of other pictures, for the grid of the root README. @module */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePng, encodePng } from '@gen/io'
import { slice, tidy } from '@tensorflow/tfjs-core'

/** What is cut out: the figures of pages of the playground without what surrounds them, and the first five faces of a map. */
const parts: Readonly<Record<string, { of: string; left: number; top: number; width: number; height: number }>> = {
  'front-vae.png': { of: 'docs/playground/vae.png', left: 634, top: 71, width: 334, height: 334 },
  'front-gan.png': { of: 'docs/playground/gan.png', left: 372, top: 71, width: 512, height: 512 },
  'front-answers.png': { of: 'docs/playground/answers.png', left: 288, top: 71, width: 334, height: 334 },
  'front-map.png': { of: 'experiments/results/align-faces/gan-to-vae-1.png', left: 0, top: 0, width: 172, height: 138 },
}

/** The tiles, by the names of their files. */
export function frontTiles(root: string): Record<string, Uint8Array> {
  return tidy(() =>
    Object.fromEntries(
      Object.entries(parts).map(([name, { of, left, top, width, height }]) => {
        const whole = decodePng(readFileSync(join(root, of)))
        return [name, encodePng(slice(whole, [top, left, 0], [height, width, whole.shape[2]]))]
      }),
    ),
  )
}
