/** Data, weights and noise of the comparison with pythae, all from keys: what fixtures/vae/inputs.json holds. @module */
import { fold, key, normalArray, split, uniformArray } from '@gen/backend'

const [batch, pixels, hidden, latent, draws, codes] = [6, 8, 5, 3, 4, 4] as const
const [forCodes, forDivergence] = split(key(50), 3)
type WeightName = 'encoderIn' | 'encoderMean' | 'encoderLogVariance' | 'decoderIn' | 'decoderOut' | 'codebook'

/** Rows and columns of the weights. */
export const weightShapes: Readonly<Record<WeightName, readonly [number, number]>> = {
  encoderIn: [pixels, hidden],
  encoderMean: [hidden, latent],
  encoderLogVariance: [hidden, latent],
  decoderIn: [latent, hidden],
  decoderOut: [hidden, pixels],
  codebook: [codes, latent],
}

/** What the engine draws when its loss is called with `key(50)`, and what it is called on. */
export interface PythaeInputs {
  readonly sizes: { batch: number; pixels: number; hidden: number; latent: number; draws: number; codes: number }
  readonly x: number[]
  readonly weights: Readonly<Record<WeightName, number[]>>
  /** Rows are items; for several draws, row d · batch + i is item i's draw d. */
  readonly noise: number[]
  readonly noiseOfDraws: number[]
  readonly priorNoise: number[]
}

/** Draws them. */
export function pythaeInputs(): PythaeInputs {
  const entries = Object.entries(weightShapes).map(([name, [rows, columns]], i) => {
    const values = Array.from(normalArray(fold(key(52), i), rows, columns), (value) => 0.6 * value)
    return [name, values] as const
  })
  return {
    sizes: { batch, pixels, hidden, latent, draws, codes },
    x: [...uniformArray(key(51), batch, pixels)],
    weights: Object.fromEntries(entries) as PythaeInputs['weights'],
    noise: [...normalArray(forCodes!, batch, latent)],
    noiseOfDraws: [...normalArray(forCodes!, batch * draws, latent)],
    priorNoise: [...normalArray(forDivergence!, batch, latent)],
  }
}
