/** The families satisfy what `@gen/latent-tools` asks of a model, without importing it; the other way round it imports none. */
import { readFileSync } from 'node:fs'
import { type Key, key, normal, useBackend } from '@gen/backend'
import type { Diffusion } from '@gen/diffusion'
import { type Flow, type ImageFlow, realNvp } from '@gen/flows'
import type { Gan, Recoder } from '@gen/gan'
import { type Decoder, type Encoder, type LatentModel, locate } from '@gen/latent-tools'
import type { Distribution } from '@gen/model'
import type { Vae } from '@gen/vae'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'

describe('the families’ models', () => {
  beforeAll(async () => {
    await useBackend('cpu')
  })

  it('are latent models by their types', () => {
    expectTypeOf<Vae>().toExtend<LatentModel>()
    expectTypeOf<Flow<Tensor2D>>().toExtend<LatentModel>()
    expectTypeOf<Flow<Tensor4D>>().toExtend<LatentModel>()
    expectTypeOf<Gan>().toExtend<Decoder>()
    expectTypeOf<Recoder>().toExtend<Encoder>()
    expectTypeOf<Pick<Gan, 'latentSize' | 'decode'> & Pick<Recoder, 'encode'>>().toExtend<LatentModel>()
    expectTypeOf<Diffusion>().toExtend<LatentModel>()
    expectTypeOf<ImageFlow>().toExtend<Decoder>()
    expectTypeOf<Key>().toEqualTypeOf<Parameters<Distribution['sample']>[1]>()
  })

  it('need no more than a function pair: a flow is located exactly', async () => {
    const model = realNvp(2, { key: key(0) })
    const z = normal(key(1), [8, 2]) as Tensor2D
    const points: Tensor = model.decode(z)
    const found = await locate(model, points)
    expect(await found.z.data()).toBeAllClose(await z.data(), { rtol: 1e-3, atol: 1e-4 })
    for (const tensor of [z, points, found.z, found.error]) tensor.dispose()
    model.dispose()
  })

  it('are unknown to latent-tools, which depends on no family', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../packages/latent-tools/package.json', import.meta.url), 'utf8'),
    )
    const ours = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@gen/'))
    expect(ours.sort()).toEqual(['@gen/backend', '@gen/io', '@gen/linear-algebra', '@gen/model', '@gen/train'])
  })
})
