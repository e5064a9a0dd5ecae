/** Parity with diffusers' UNet2DModel: fixtures/diffusers/unets.py. */
import { readFileSync } from 'node:fs'
import { useBackend } from '@gen/backend'
import { toArray } from '@gen/io'
import { add, mean, mul, type Scalar, square, tensor1d, tensor2d, tidy, variableGrads } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { byFormula, images, numbers } from '../testing/numbers.ts'
import { fromPeer, toPeer } from '../weights/named-weight.ts'
import { downBlockTypes, type Unet2DConfig, upBlockTypes } from './config.ts'
import { type Unet2D, unet2D } from './unet-2d.ts'

interface Case {
  readonly config: Unet2DConfig
  readonly times: number[]
  readonly labels: number[] | number[][] | null
  readonly output: number[]
  readonly loss: number
  readonly gradients: Record<string, [length: number, along: number]>
}

const file = new URL('../../../../fixtures/diffusers/unets.json', import.meta.url)
const cases = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Case>)

beforeAll(async () => {
  await useBackend('simd')
})

it('the cases have all block types', () => {
  const used = new Set(cases.flatMap(([, { config }]) => [...config.down_block_types!, ...config.up_block_types!]))
  expect([...used].sort()).toEqual([...downBlockTypes, ...upBlockTypes].sort())
  expect(cases.length).toBeGreaterThanOrEqual(12)
})

describe.each(cases)('%s', (_, made) => {
  it('puts out what diffusers does, within 1e-4 of its size', () => {
    const network = filled(made)
    const output = tidy(() => outputOf(network, made).dataSync())
    network.dispose()
    const size = Math.hypot(...made.output) / Math.sqrt(made.output.length)
    expect(output).toBeAllClose(made.output, { rtol: 1e-4, atol: 1e-4 * size })
  })

  it('has its loss and its gradients, within 1e-3 of their lengths', async () => {
    const network = filled(made)
    const { value, grads } = variableGrads(() => lossOf(network, made), network.variables())
    expect(value.dataSync()[0]).toBeCloseTo(made.loss, 4)
    const listed = network.weights.filter(({ variable }) => variable.trainable && grads[variable.name])
    const gradients = await toPeer(
      listed.map((weight) => ({ ...weight, variable: grads[weight.variable.name] as never })),
    )
    for (const { name } of listed) {
      const values = toArray(gradients[name]!) as Float32Array
      const [length, along] = made.gradients[name]!
      const direction = numbers(`along ${name}`, values.length)
      const product = values.reduce((sum, gradient, i) => sum + gradient * direction[i]!, 0)
      // Gradients that are rounding alone, such as of a key's offset, have no length to compare with.
      const room = { rtol: 0, atol: 1e-3 * length + 1e-6 }
      expect([Math.hypot(...values)], name).toBeAllClose([length], room)
      expect([product], name).toBeAllClose([along], room)
    }
    expect(listed.map(({ name }) => name).sort()).toEqual(Object.keys(made.gradients).sort())
    value.dispose()
    for (const gradient of Object.values(grads)) gradient.dispose()
    network.dispose()
  })
})

function filled({ config, times }: Case): Unet2D {
  const network = unet2D(config)
  fromPeer('test', network.weights, byFormula(network.weights))
  expect(times).toHaveLength(2)
  return network
}

function outputOf(network: Unet2D, { config, times, labels }: Case) {
  const [height, width] = network.shape as [number, number]
  const x = images('x', [2, height, width, config.in_channels!], 1.7)
  const label =
    labels === null
      ? undefined
      : Array.isArray(labels[0])
        ? tensor2d(labels as number[][])
        : tensor1d(labels as number[], 'int32')
  return network.predict(x, tensor1d(times), label)
}

function lossOf(network: Unet2D, made: Case): Scalar {
  const output = outputOf(network, made)
  const target = images('target', output.shape as [number, number, number, number])
  return add(mean(mul(output, target)), mean(square(output))) as Scalar
}
