/** A latent variable model on a line, whose marginal is known. @module */
import type { LatentSettings } from './settings.ts'

/** What the model is made of. */
export type Model = Pick<LatentSettings, 'decoder' | 'deviation'>

/** z beyond which the standard normal has nothing that counts, and the places of the integral. */
const reach = 8
const places = 4000

/** The middle of P(x | z). */
export function decode({ decoder }: Model, z: number): number {
  if (decoder === 'straight') return 1.4 * z
  return decoder === 'step' ? 2 * Math.tanh(3 * z) : 1.3 * z + 0.9 * Math.sin(3 * z)
}

/** The normal density. */
export function bell(x: number, mean: number, deviation: number): number {
  return Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI))
}

/** P(x) = ∫ P(x | z) P(z) dz by a sum over even places, which for so smooth a function is as good as the integral. */
export function marginal(model: Model, x: number): number {
  return integral((z) => bell(x, decode(model, z), model.deviation))
}

/** Mean and deviation of P(z | x), the latter widened a little: a Q(z | x) as an encoder has it. */
export function posterior(model: Model, x: number): { readonly mean: number; readonly deviation: number } {
  const likelihood = (z: number) => bell(x, decode(model, z), model.deviation)
  const mass = integral(likelihood)
  // Where no z makes x, everything is as likely as before.
  if (!(mass > 1e-12)) return { mean: 0, deviation: 1 }
  const mean = integral((z) => z * likelihood(z)) / mass
  const variance = integral((z) => (z - mean) ** 2 * likelihood(z)) / mass
  return { mean, deviation: 1.3 * Math.sqrt(variance) + 0.01 }
}

/** E[f(z)] over the standard normal. */
function integral(f: (z: number) => number): number {
  const width = (2 * reach) / places
  let sum = 0
  for (let i = 0; i < places; i++) {
    const z = -reach + (i + 0.5) * width
    sum += f(z) * bell(z, 0, 1)
  }
  return sum * width
}
