/** What a config changes beside shapes: heads, groups, gains, ways of resampling. */
import { key, useBackend } from '@gen/backend'
import type { layers } from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { type UnetConfig, unet } from './index.ts'

beforeAll(() => useBackend('cpu'))

/** Some options of all layers of a class, by the layer's name. */
function optionsOf(config: UnetConfig, className: string, names: string[]): Record<string, unknown[]> {
  const network = unet({ depth: 1, key: key(0), ...config })
  const own = network.layers.filter((layer: layers.Layer) => layer.getClassName() === className)
  const options = own.map((layer) => [layer.name, names.map((name) => layer.getConfig()[name])])
  network.dispose()
  return Object.fromEntries(options)
}

it('has as many heads as headSize goes into the width, or one', () => {
  const heads = (config: Partial<UnetConfig>) =>
    Object.values(
      optionsOf({ shape: [8, 8, 1], widths: [48, 64], attention: [0, 1], ...config }, 'GenSelfAttention', ['heads']),
    ).flat()
  // Down and up at 48 channels, the middle at 64.
  expect(heads({ headSize: 16 })).toEqual([3, 4, 3])
  expect(heads({ headSize: 24 })).toEqual([2, 1, 2])
  expect(heads({})).toEqual([1, 2, 1])
})

it('has attention at the levels it is asked for, and no other', () => {
  const where = (attention: number[]) =>
    Object.keys(optionsOf({ shape: [8, 8, 1], widths: [8, 16], attention }, 'GenSelfAttention', ['heads']))
  expect(where([])).toEqual([])
  expect(where([0])).toEqual(['down_0_block_0_attention', 'up_0_block_0_attention'])
  expect(where([1])).toEqual(['middle_block_0_attention'])
})

it('hands groups and the embedding to each block, which starts as the identity', () => {
  const blocks = (config: Partial<UnetConfig>) =>
    Object.values(
      optionsOf({ shape: [8, 8, 1], widths: [16, 32], attention: [1], ...config }, 'GenResidualBlock', [
        'groups',
        'embedding',
        'gain',
      ]),
    )
  expect(blocks({})).toEqual(Array(3).fill([8, 'film', 0]))
  expect(blocks({ groups: 3, embedding: 'add' })).toEqual(Array(3).fill([3, 'add', 0]))
  const attention = optionsOf({ shape: [8, 8, 1], widths: [16, 32], attention: [1], groups: 3 }, 'GenSelfAttention', [
    'groups',
    'gain',
  ])
  expect(Object.values(attention)).toEqual([[3, 0]])
})

it('halves and doubles as it is told', () => {
  const methods = (config: Partial<UnetConfig>) =>
    ['GenDownsample', 'GenUpsample'].map((name) =>
      Object.values(optionsOf({ shape: [8, 8, 1], widths: [8, 16], ...config }, name, ['method'])).flat(),
    )
  expect(methods({})).toEqual([['avg'], ['nearest']])
  expect(methods({ down: 'conv', up: 'bilinear' })).toEqual([['conv'], ['bilinear']])
})

it('sees the noise level in 32 waves, or in as many as the embedding has for concat', () => {
  const waves = (config: Partial<UnetConfig>) =>
    Object.values(
      optionsOf({ shape: [8, 8, 1], widths: [8], ...config }, 'GenSinusoidalEmbedding', [
        'size',
        'minFrequency',
        'maxFrequency',
      ]),
    )
  expect(waves({})).toEqual([[32, 1 / 32, 2]])
  expect(waves({ embedding: 'concat', embeddingSize: 10 })).toEqual([[10, 1 / 32, 2]])
})
