/** The contracts with other packages, as types. */
import type { Decoder, Distribution, Encoder, GenerativeModel, ImplicitDistribution, LatentModel } from '@gen/model'
import { expectTypeOf, it } from 'vitest'
import type { CodePrior, latentSampler, Vae, VaeSampleOptions } from './index.ts'

it('a VAE is a generative model, an encoder and a decoder', () => {
  expectTypeOf<Vae>().toExtend<GenerativeModel>()
  expectTypeOf<Vae>().toExtend<Encoder & Decoder & LatentModel>()
  expectTypeOf<Vae['config']['kind']>().toEqualTypeOf<'vae'>()
})

it('samplers of codes are distributions, known or not', () => {
  expectTypeOf<ReturnType<typeof latentSampler>>().toExtend<ImplicitDistribution>()
  expectTypeOf<CodePrior>().toExtend<Distribution>()
  expectTypeOf<Distribution>().toExtend<NonNullable<VaeSampleOptions['sampler']>>()
})
