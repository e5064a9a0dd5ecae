import { key, uniform, useBackend } from '@gen/backend'
import { adamW, fit } from '@gen/train'
import { unet, unetFromConfig } from '@gen/unet'
import {
  add,
  concat,
  dispose,
  linspace,
  mul,
  ones,
  reshape,
  reverse,
  slice,
  type Tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { matrixNetwork } from '../fixtures/small-networks.ts'
import { type DenoisingNetwork, ddim, diffusion, diffusionFromConfig, pointDenoiser } from '../index.ts'
import { type AxisChange, writeAxisMap } from './axis-map.ts'
import { type ImageAugmentationOptions, imageAugmentation } from './image-augmentation.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const still: AxisChange = { flip: false, scale: 1, shift: 0 }

function mapped(values: number[], change: Partial<AxisChange>): number[] {
  const size = values.length
  const matrix = new Float32Array(size * size)
  writeAxisMap(matrix, size, { ...still, ...change })
  return values.map((_, i) => values.reduce((sum, value, j) => sum + matrix[i * size + j]! * value, 0))
}

describe('an axis', () => {
  const ramp = [1, 2, 3, 4, 5]

  it.each<[string, Partial<AxisChange>, number[]]>([
    ['stays', {}, ramp],
    ['is mirrored', { flip: true }, [5, 4, 3, 2, 1]],
    ['moves right, mirrored at the border', { shift: 1 }, [2, 1, 2, 3, 4]],
    ['moves by half a pixel', { shift: -0.5 }, [1.5, 2.5, 3.5, 4.5, 4.5]],
    ['grows about its middle', { scale: 2 }, [2, 2.5, 3, 3.5, 4]],
    ['shrinks, mirrored at the border', { scale: 0.5 }, [3, 1, 3, 5, 3]],
  ])('%s', (_name, change, expected) => {
    expect(mapped(ramp, change)).toBeAllClose(expected, { atol: 1e-6 })
  })

  it('keeps constants under any change, and is itself at size 1', () => {
    expect(mapped([3, 3, 3, 3], { flip: true, scale: 1.7, shift: 9.3 })).toBeAllClose([3, 3, 3, 3], { atol: 1e-6 })
    expect(mapped([4], { flip: true, scale: 1.7, shift: 9.3 })).toEqual([4])
  })
})

function changed(options: ImageAugmentationOptions, x: Tensor, seed = 1): { x: number[]; labels: number[] } {
  return tidy(() => {
    const { x: images, labels } = imageAugmentation(options).apply(x, key(seed))
    return { x: [...images.dataSync()], labels: [...labels.dataSync()] }
  })
}

describe('augmentation of images', () => {
  const shape: [number, number, number, number] = [200, 4, 6, 2]
  const images = () => tidy(() => reshape(uniform(key(3), [200, 48]), shape))

  it('leaves those whose numbers are all zero, and changes the others', () => {
    const x = images()
    const { x: after, labels } = changed({ probability: 0.2 }, x)
    const before = [...x.dataSync()]
    let untouched = 0
    for (let row = 0; row < 200; row++) {
      const isStill = labels.slice(6 * row, 6 * row + 6).every((value) => value === 0)
      const [old, now] = [before.slice(48 * row, 48 * row + 48), after.slice(48 * row, 48 * row + 48)]
      if (isStill) untouched++
      if (isStill) expect(now).toBeAllClose(old, { atol: 1e-6 })
      else expect(now).not.toEqual(old)
    }
    // Half are mirrored; of the rest a fifth each grows, is stretched, moves.
    expect(untouched / 200).toBeGreaterThan(0.5 * 0.8 ** 3 - 0.08)
    expect(untouched / 200).toBeLessThan(0.5 * 0.8 ** 3 + 0.08)
    x.dispose()
  })

  it('mirrors left and right, and nothing else, where it is told to', () => {
    const x = images()
    const { x: after, labels } = changed({ scale: 0, stretch: 0, shift: 0 }, x)
    const other = reverse(x, 2)
    const [old, turned] = [[...x.dataSync()], [...other.dataSync()]]
    for (let row = 0; row < 200; row++) {
      const source = labels[6 * row] === 1 ? turned : old
      expect(after.slice(48 * row, 48 * row + 48)).toBeAllClose(source.slice(48 * row, 48 * row + 48), { atol: 1e-6 })
    }
    dispose([x, other])
  })

  it('moves content by the share of the side that it says', () => {
    // A ramp down the lines: shifted down by d lines its middle falls by d.
    const x = tidy(() => add(zeros([200, 33, 4, 1]), reshape(linspace(0, 32, 33), [1, 33, 1, 1])))
    const { x: after, labels } = changed({ probability: 1, flips: 'none', scale: 0, stretch: 0, shift: 0.1 }, x)
    for (let row = 0; row < 20; row++) {
      const [down] = labels.slice(6 * row + 4)
      if (Math.abs(down! * 33) < 15) expect(after[row * 132 + 16 * 4]).toBeCloseTo(16 - down! * 33, 3)
    }
    x.dispose()
  })

  it.each<[string, ImageAugmentationOptions, number]>([
    ['grows content by the factor that it says', { scale: 0.3, stretch: 0, shift: 0 }, 2],
    [
      'stretches it to the side and presses it down by the factor that it says',
      { scale: 0, stretch: 0.3, shift: 0 },
      3,
    ],
  ])('%s', (_name, options, place) => {
    // Channels that hold the line and the column: two from the middle a pixel reads 2/factor from it.
    const side = linspace(0, 16, 17)
    const x = tidy(() => {
      const [lines, columns] = [reshape(side, [1, 17, 1, 1]), reshape(side, [1, 1, 17, 1])]
      return concat([add(zeros([30, 17, 17, 1]), lines), add(zeros([30, 17, 17, 1]), columns)], 3)
    })
    const { x: after, labels } = changed({ probability: 1, flips: 'none', ...options }, x)
    for (let row = 0; row < 30; row++) {
      const octaves = labels[6 * row + place]!
      const pixel = 2 * (row * 289 + 10 * 17 + 10)
      const down = place === 2 ? octaves : -octaves
      expect(after[pixel]).toBeCloseTo(8 + 2 / 2 ** down, 3)
      expect(after[pixel + 1]).toBeCloseTo(8 + 2 / 2 ** octaves, 3)
    }
    dispose([side, x])
  })

  it('of a row follows from the key and the row', () => {
    const x = images()
    const few = slice(x, 0, 7)
    const all = changed({}, x)
    const some = changed({}, few)
    expect(some.x).toEqual(all.x.slice(0, some.x.length))
    expect(some.labels).toEqual(all.labels.slice(0, 42))
    expect(changed({}, x, 2).labels).not.toEqual(all.labels)
    dispose([x, few])
  })

  it.each<[ImageAugmentationOptions, string]>([
    [{ probability: 2 }, 'diffusion.imageAugmentation: expected probability'],
    [{ scale: -1 }, 'diffusion.imageAugmentation: expected scale'],
    [{ flips: 'y' as never }, 'expected flips none, x, xy, got "y"'],
  ])('refuses %o', (options, message) => {
    expect(() => imageAugmentation(options)).toThrow(message)
  })
})

describe('a model with augmentation', () => {
  it('tells its network in training, and zeros when sampling or scoring', async () => {
    const told: number[][] = []
    const network: DenoisingNetwork = {
      shape: [4, 4, 1],
      variables: () => [],
      denoise(x, _alpha, condition) {
        told.push(condition?.augmentation ? [...condition.augmentation.dataSync()] : [])
        return tidy(() => mul(x, 0.5))
      },
    }
    const model = diffusion({ network, augmentation: imageAugmentation() })
    tidy(() => {
      const batch = { x: uniform(key(1), [8, 4, 4, 1]) }
      model.players[0].loss(batch, key(2))
      model.lossAt(batch, ones([8]), key(2))
    })
    expect(told[0]).toHaveLength(48)
    expect(told[0]!.some((value) => value !== 0)).toBe(true)
    expect(told[1]).toEqual([])
    const images = await model.sample({ count: 1, sampler: ddim({ steps: 1 }), key: key(3) })
    expect(told[2]).toEqual([])
    images.dispose()
  })

  it('trains a U-Net that is told, the same way twice, and comes back', async () => {
    const make = () => {
      const network = unet({ shape: [4, 4, 1], widths: [4, 4], depth: 1, augmentation: 6, key: key(1) })
      return diffusion({ network, augmentation: imageAugmentation({ probability: 0.5 }) })
    }
    const losses = async (model: ReturnType<typeof make>) => {
      const all: number[] = []
      const options = { steps: 3, optimizer: adamW({ learningRate: 1e-2 }), key: key(6) }
      for await (const event of fit(model, { at: () => ({ x: uniform(key(5), [4, 4, 4, 1]) }) }, options)) {
        if (event.type === 'step') all.push(event.losses.denoiser!.total!)
      }
      return all
    }
    const [one, other] = [make(), make()]
    expect(await losses(other)).toEqual(await losses(one))
    const config = JSON.parse(JSON.stringify(one.config))
    const copy = diffusionFromConfig(config, { network: unetFromConfig })
    expect(copy.config).toEqual(config)
    for (const model of [one, other, copy]) model.dispose()
  })

  it('is refused where it does not fit', () => {
    const augmentation = imageAugmentation()
    const points = pointDenoiser({ key: key(0) })
    expect(() => diffusion({ network: points, augmentation })).toThrow('expected images [height, width, channels]')
    const deaf = unet({ shape: [4, 4, 1], widths: [4], depth: 1 })
    expect(() => diffusion({ network: deaf, augmentation })).toThrow(
      'got one that takes 0; make it with augmentation: 6',
    )
    const own = matrixNetwork([2, 2, 1])
    const told = { ...own, takes: { label: false, context: [2, 2, 1] } }
    const model = diffusion({ network: told, augmentation })
    tidy(() => {
      const batch = { x: zeros([1, 2, 2, 1]), condition: { context: zeros([1, 2, 2, 1]) } }
      expect(() => model.players[0].loss(batch, key(1))).toThrow('expected no context beside augmented data')
    })
    for (const network of [points, deaf, own]) network.dispose()
  })
})
