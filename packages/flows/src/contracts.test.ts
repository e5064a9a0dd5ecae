/** Types of other packages that a flow satisfies without importing them. @module */
import { type Key, key, useBackend } from '@gen/backend'
import type { Player, Trainable } from '@gen/train'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, expectTypeOf, it } from 'vitest'
import { affine, type Bijector, type Flow, type FlowBatch, flow, type ImageFlow } from './index.ts'

interface Prior {
  readonly size: number
  sample(n: number, k: Key): Tensor2D
  logProb(z: Tensor2D): Tensor1D
}

interface Decoder {
  readonly latentSize: number
  decode(z: Tensor2D): Tensor
}

interface PlainBijector {
  forward(x: Tensor): { value: Tensor; logDet: Tensor1D }
  inverse(y: Tensor): { value: Tensor; logDet: Tensor1D }
}

beforeAll(async () => {
  await useBackend('cpu')
})

it('is a prior, a decoder and a model to train, and its parts are bijectors', () => {
  const model = flow({ transforms: affine(2) })
  const prior: Prior = model
  const base: Prior = flow({ base: prior, transforms: affine(2) })
  prior.sample(2, key(0)).dispose()
  base.sample(2, key(0)).dispose()
  expectTypeOf<Flow>().toExtend<Prior>()
  expectTypeOf<Flow>().toExtend<Decoder>()
  expectTypeOf<Flow<Tensor4D>>().toExtend<Decoder>()
  expectTypeOf<Bijector>().toExtend<PlainBijector>()
  expectTypeOf<Flow>().toExtend<Trainable<FlowBatch>>()
  expectTypeOf<ImageFlow>().toExtend<Trainable<FlowBatch>>()
  expectTypeOf<Flow['players'][number]>().toExtend<Player<{ x: Tensor; labels?: Tensor1D }>>()
})
