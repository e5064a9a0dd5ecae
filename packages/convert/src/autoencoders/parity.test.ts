/** Parity with diffusers' autoencoders: fixtures/diffusers/autoencoders.py. */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { add, mul, reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { byFormula, images } from '../testing/numbers.ts'
import { fromPeer } from '../weights/named-weight.ts'
import { type AutoencoderKl, autoencoderKl } from './autoencoder-kl.ts'
import { sizesOf } from './config.ts'
import { type VqModel, vqModel } from './vq-model.ts'

interface Case {
  readonly name: 'AutoencoderKL' | 'VQModel'
  readonly config: object
  readonly code: number[]
  readonly logVariance?: number[]
  readonly decoded: number[]
}

const file = new URL('../../../../fixtures/diffusers/autoencoders.json', import.meta.url)
const cases = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Case>)

beforeAll(async () => {
  await useBackend('simd')
})

describe.each(cases)('%s', (_, { name, config, ...made }) => {
  const filled = (): AutoencoderKl | VqModel => {
    const model = name === 'VQModel' ? vqModel(config) : autoencoderKl(config)
    fromPeer('test', model.weights, byFormula(model.weights))
    return model
  }

  it('codes images as diffusers does, within 1e-4 of the codes’ size', () => {
    const model = filled()
    const [height, width, channels] = model.shape as [number, number, number]
    tidy(() => {
      const x = mul(add(images('x', [2, height, width, channels]), 1), 0.5)
      close(model.encode(x), made.code)
      if ('posterior' in model) close(model.posterior(x).logVariance, made.logVariance!)
    })
    model.dispose()
  })

  it('decodes codes as diffusers does', () => {
    const model = filled()
    const { code } = sizesOf(model.peerConfig)
    const depth = model.latentSize / (code[0] * code[1])
    tidy(() => {
      const z = reshape(images('z', [2, code[0], code[1], depth]), [2, model.latentSize]) as Tensor2D
      close(model.decode(z), made.decoded)
    })
    model.dispose()
  })
})

function close(got: Tensor, expected: readonly number[]): void {
  const size = Math.hypot(...expected) / Math.sqrt(expected.length)
  expect(got.dataSync()).toBeAllClose(expected, { rtol: 1e-4, atol: 1e-4 * size })
}
