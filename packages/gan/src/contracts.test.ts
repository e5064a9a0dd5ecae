/** The contracts with other packages, as types. */
import type { Decoder, Distribution, Encoder, GenerativeModel, LatentModel, Trainable } from '@gen/model'
import { expectTypeOf, it } from 'vitest'
import type { Gan, GanOptions, Recoder, SuperResolution } from './index.ts'

it('a GAN is a generative model and a decoder', () => {
  expectTypeOf<Gan>().toExtend<GenerativeModel>()
  expectTypeOf<Gan>().toExtend<Decoder & LatentModel>()
  expectTypeOf<Gan['config']['kind']>().toEqualTypeOf<'gan'>()
})

it('a recoder is an encoder, and trains', () => {
  expectTypeOf<Recoder>().toExtend<Encoder & Trainable<object>>()
  expectTypeOf<SuperResolution>().toExtend<Trainable>()
})

it('any distribution can be the latent one', () => {
  expectTypeOf<Distribution>().toExtend<NonNullable<GanOptions['latent']>>()
})
