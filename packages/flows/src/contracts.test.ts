/** Contracts of other packages that a flow satisfies by its members alone. @module */
import { key, useBackend } from '@gen/backend'
import type { Batch, Decoder, Distribution, Encoder, GenerativeModel, LatentModel, Player, Trainable } from '@gen/model'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, expectTypeOf, it } from 'vitest'
import { affine, type Bijector, type Flow, type FlowBatch, flow, type ImageFlow } from './index.ts'

interface PlainBijector {
  forward(x: Tensor): { value: Tensor; logDet: Tensor1D }
  inverse(y: Tensor): { value: Tensor; logDet: Tensor1D }
}

beforeAll(async () => {
  await useBackend('cpu')
})

it('is a distribution, a latent model and a model to train, and its parts are bijectors', () => {
  const model = flow({ transforms: affine(2) })
  const prior: Distribution = model
  const base: Distribution = flow({ base: prior, transforms: affine(2) })
  prior.sample(2, key(0)).dispose()
  base.sample(2, key(0)).dispose()
  expectTypeOf<Flow>().toExtend<Distribution>()
  expectTypeOf<Flow>().toExtend<LatentModel>()
  expectTypeOf<Flow<Tensor4D>>().toExtend<Decoder>()
  expectTypeOf<ImageFlow>().toExtend<Encoder>()
  expectTypeOf<Bijector>().toExtend<PlainBijector>()
  expectTypeOf<Flow>().toExtend<GenerativeModel<FlowBatch>>()
  expectTypeOf<Flow>().toExtend<GenerativeModel<Batch>>()
  expectTypeOf<Flow<Tensor4D>>().toExtend<GenerativeModel<Batch>>()
  expectTypeOf<ImageFlow>().toExtend<GenerativeModel<Batch>>()
  expectTypeOf<Flow>().toExtend<Trainable<FlowBatch>>()
  expectTypeOf<Flow['players'][number]>().toExtend<Player<{ x: Tensor; labels?: Tensor1D }>>()
})
