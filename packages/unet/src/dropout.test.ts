import { type Key, key, useBackend } from '@gen/backend'
import { dispose, slice, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { unet, unetFromConfig } from './index.ts'
import { numbers, perturb } from './testing.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const made = (dropout?: number) => {
  const network = unet({
    shape: [4, 4, 1],
    widths: [4, 4],
    depth: 1,
    key: key(3),
    ...(dropout !== undefined && { dropout }),
  })
  perturb(network, key(4))
  return network
}

function outputs(
  network: ReturnType<typeof unet>,
  options: { training?: boolean; key?: Key } = {},
  rows = 4,
): number[] {
  return tidy(() => {
    const x = slice(numbers(key(1), [4, 4, 4, 1]), 0, rows)
    const alpha = tensor1d([0.2, 0.4, 0.6, 0.8].slice(0, rows))
    return [...(network.apply([x, alpha], options) as Tensor).dataSync()]
  })
}

describe('dropout', () => {
  it('changes nothing but training, and there by the key alone', () => {
    const [plain, dropping] = [made(), made(0.3)]
    expect(outputs(dropping)).toEqual(outputs(plain))
    expect(outputs(plain, { training: true, key: key(7) })).toEqual(outputs(plain, { training: true }))
    const first = outputs(dropping, { training: true, key: key(7) })
    expect(first).not.toEqual(outputs(plain))
    expect(outputs(dropping, { training: true, key: key(7) })).toEqual(first)
    expect(outputs(dropping, { training: true, key: key(8) })).not.toEqual(first)
    expect(outputs(dropping, { training: true, key: key(7) }, 2)).toBeAllClose(first.slice(0, 32))
    dispose([...plain.weights, ...dropping.weights].map((weight) => weight.read()))
  })

  it('wants a key in training', () => {
    const network = made(0.3)
    expect(() => outputs(network, { training: true })).toThrow(
      'nn.residualBlock: expected a key for dropout in training',
    )
    network.dispose()
  })

  it('stands in the config, and a config without it has none', () => {
    const network = made(0.3)
    const { dropout, ...older } = network.config
    expect(dropout).toBe(0.3)
    const [again, before] = [unetFromConfig(network.config), unetFromConfig(older)]
    expect(again.config.dropout).toBe(0.3)
    expect(before.config.dropout).toBe(0)
    for (const one of [network, again, before]) one.dispose()
  })
})
