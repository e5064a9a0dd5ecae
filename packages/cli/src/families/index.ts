/** The families that the command line knows. @module */
import { diffusionFamily } from './diffusion.ts'
import type { Family } from './family.ts'
import { flowFamily } from './flow.ts'
import { ganFamily } from './gan.ts'
import { tokensFamily } from './tokens.ts'
import { vaeFamily } from './vae.ts'

export const families: Readonly<Record<string, Family>> = {
  diffusion: diffusionFamily as unknown as Family,
  flow: flowFamily as unknown as Family,
  gan: ganFamily as unknown as Family,
  tokens: tokensFamily as unknown as Family,
  vae: vaeFamily as unknown as Family,
}
