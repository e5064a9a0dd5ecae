import { fold, key, normal, useBackend } from '@gen/backend'
import { dispose, memory, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffusion } from './diffusion.ts'
import { matrixNetwork } from './fixtures/small-networks.ts'
import type { DenoisingNetwork } from './networks/network.ts'
import type { DiffusionSampleOptions } from './sample.ts'
import { ddim } from './samplers/ddim.ts'
import { cosine } from './schedules/cosine.ts'
import { alphaOf } from './schedules/level.ts'
import { evenSpacing } from './spacings/even.ts'

/** The signal ratios of even steps. */
const ratiosOf = (steps: number) => evenSpacing()(cosine(), steps).slice(0, -1).map(alphaOf)

beforeAll(async () => {
  await useBackend('cpu')
})

const sampler = ddim({ steps: 4, eta: 0.5 })

/** A network with classes whose weights a test frees. */
function labeled() {
  const network = matrixNetwork([2, 2, 1], { classes: 3 })
  return { network, model: diffusion({ network, classes: 3 }) }
}

async function numbers(model: ReturnType<typeof diffusion>, options: DiffusionSampleOptions): Promise<number[]> {
  const samples = await model.sample(options)
  const values = [...samples.dataSync()]
  samples.dispose()
  return values
}

describe('samples', () => {
  it('do not depend on how they are batched, and the first ones not on how many follow', async () => {
    const { network, model } = labeled()
    const options = { key: key(1), sampler, labels: [0, 1, 2, 0, 1, 2, 0], guidance: 2 }
    const whole = await numbers(model, { ...options, count: 7 })
    for (const batchSize of [1, 2, 3]) expect(await numbers(model, { ...options, count: 7, batchSize })).toEqual(whole)
    const few = await numbers(model, { ...options, count: 3, labels: [0, 1, 2] })
    expect(few).toEqual(whole.slice(0, 12))
    network.dispose()
  })

  it('are the same for the same key, others for another', async () => {
    const { network, model } = labeled()
    const [first, again] = [
      await numbers(model, { count: 2, key: key(1) }),
      await numbers(model, { count: 2, key: key(1) }),
    ]
    expect(again).toEqual(first)
    expect(await numbers(model, { count: 2, key: key(2) })).not.toEqual(first)
    network.dispose()
  })

  it('come in the data’s units, within their range', async () => {
    const network = matrixNetwork([2, 2, 1], { start: 3 })
    const bytes = await numbers(diffusion({ network, range: [0, 255] }), { count: 8, key: key(1) })
    expect(Math.min(...bytes)).toBe(0)
    expect(Math.max(...bytes)).toBe(255)
    const free = await numbers(diffusion({ network, range: null }), { count: 8, key: key(1) })
    expect(Math.max(...free.map(Math.abs))).toBeGreaterThan(1)
    const shifted = await numbers(diffusion({ network, range: null, mean: 100, std: 2 }), { count: 8, key: key(1) })
    expect(shifted).toBeAllClose(
      free.map((value) => 100 + 2 * value),
      { rtol: 1e-4 },
    )
    network.dispose()
  })

  it('without η are those of the noise they start from', async () => {
    const { network, model } = labeled()
    const start = normal(fold(key(5), 0), [3, 2, 2, 1])
    const options = { count: 3, sampler: ddim({ steps: 3 }) }
    const given = await numbers(model, { ...options, noise: start, key: key(6) })
    expect(given).toEqual(await numbers(model, { ...options, key: key(5) }))
    start.dispose()
    network.dispose()
  })
})

describe('guidance', () => {
  /** Predicts 1 for class 0, 2 for class 1 and 10 for no class. */
  const telling: DenoisingNetwork = {
    shape: [1],
    takes: { label: true },
    denoise: (x, _alpha, condition) =>
      tensor(
        [...condition!.label!.dataSync()].map((label) => [1, 2, 10][label]!),
        x.shape,
      ),
    variables: () => [],
  }

  it('goes from no class through the class and beyond', async () => {
    const model = diffusion({ network: telling, classes: 2 })
    const noise = normal(key(1), [2, 1])
    const [alpha] = ratiosOf(1)
    const expected = (weight: number) =>
      [1, 2].map((eps, row) => {
        const guided = 10 + weight * (eps - 10)
        return (noise.dataSync()[row]! - Math.sqrt(1 - alpha!) * guided) / Math.sqrt(alpha!)
      })
    const options = { count: 2, key: key(1), noise, sampler: ddim({ steps: 1 }), labels: [0, 1] }
    for (const guidance of [0, 0.5, 1, 3]) {
      expect(await numbers(model, { ...options, guidance })).toBeAllClose(expected(guidance), { rtol: 1e-4 })
    }
    expect(await numbers(model, { ...options, guidance: { weight: 3 } })).toEqual(
      await numbers(model, { ...options, guidance: 3 }),
    )
    const never = { weight: 3, interval: [0, 0] } as const
    expect(await numbers(model, { ...options, guidance: never })).toBeAllClose(expected(1), { rtol: 1e-4 })
    await expect(numbers(model, { ...options, guidance: {} as { weight: number } })).rejects.toThrow(
      /classifierFree: expected weight/,
    )
    expect(await numbers(model, { ...options, labels: 2 })).toBeAllClose(expected(0), { rtol: 1e-4 })
    noise.dispose()
  })
})

describe('steps can be watched', () => {
  it('in the data’s units, one for each ratio and batch', async () => {
    const { network, model } = labeled()
    const seen: [number, number, number][] = []
    let last: number[] = []
    const samples = await numbers(model, {
      count: 3,
      batchSize: 2,
      key: key(1),
      sampler,
      onStep({ step, steps, alpha, offset, x, clean }) {
        seen.push([step, offset, alpha])
        expect(steps).toBe(4)
        expect(x.shape).toEqual([offset === 0 ? 2 : 1, 2, 2, 1])
        if (offset === 2) last = [...clean.dataSync()]
      },
    })
    const ratios = ratiosOf(4)
    expect(seen).toEqual([0, 2].flatMap((offset) => ratios.map((alpha, i) => [i + 1, offset, alpha])))
    expect(samples.slice(8)).toBeAllClose(last.map((value) => Math.min(1, Math.max(0, value))))
    network.dispose()
  })

  it('and stopped: by the signal, or by an error of the watcher', async () => {
    const { network, model } = labeled()
    const before = memory().numTensors
    const controller = new AbortController()
    const options = { count: 5, batchSize: 2, key: key(1), sampler }
    const aborting = model.sample({
      ...options,
      signal: controller.signal,
      onStep: ({ step, offset }) => {
        if (step === 3 && offset === 2) controller.abort()
      },
    })
    await expect(aborting).rejects.toMatchObject({
      code: 'aborted',
      message: 'diffusion.sample: expected to go on, got aborted after step 3 of 4; sample again',
    })
    const failing = model.sample({
      ...options,
      onStep: async () => {
        throw new Error('no screen')
      },
    })
    await expect(failing).rejects.toThrow('no screen')
    expect(memory().numTensors).toBe(before)
    network.dispose()
  })
})

describe('clipping x̂₀', () => {
  it('keeps every prediction in range and the state on its path', async () => {
    const network = matrixNetwork([2, 2, 1], { start: 2 })
    const model = diffusion({ network })
    const ratios = ratiosOf(3)
    let previous: { x: number[]; clean: number[] } | undefined
    const unit = (values: ArrayLike<number>) => Array.from(values, (value) => 2 * value - 1)
    const watch: DiffusionSampleOptions['onStep'] = ({ step, x, clean }) => {
      const [state, predicted] = [unit(x.dataSync()), unit(clean.dataSync())]
      for (const value of predicted) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6)
      if (previous) {
        const [alpha, next] = [ratios[step - 2]!, ratios[step - 1]!]
        const expected = previous.x.map((value, i) => {
          const eps = (value - Math.sqrt(alpha) * previous!.clean[i]!) / Math.sqrt(1 - alpha)
          return Math.sqrt(next) * previous!.clean[i]! + Math.sqrt(1 - next) * eps
        })
        expect(state).toBeAllClose(expected, { atol: 1e-4 })
      }
      previous = { x: state, clean: predicted }
    }
    await numbers(model, { count: 2, key: key(1), sampler: ddim({ steps: 3 }), clip: true, onStep: watch })
    network.dispose()
  })
})

describe('what cannot be sampled is refused', () => {
  it.each<[string, Partial<DiffusionSampleOptions>, string]>([
    ['no count', { count: 0 }, 'diffusion.sample: expected count'],
    ['too few labels', { labels: [1, 2] }, 'expected 3 labels, got 2'],
    ['a label that is no class', { labels: [0, 1, 4] }, 'expected labels from 0 to 2 (or 3 for no class), got 4'],
    ['half a class', { labels: 0.5 }, 'got 0.5'],
    ['guidance below nothing', { labels: 1, guidance: -1 }, 'expected guidance'],
  ])('%s', async (_name, change, message) => {
    const { network, model } = labeled()
    await expect(model.sample({ count: 3, key: key(1), ...change })).rejects.toThrow(message)
    network.dispose()
  })

  it('labels for a model without classes, clipping without a range, noise of another shape', async () => {
    const network = matrixNetwork([2])
    const model = diffusion({ network })
    await expect(model.sample({ count: 1, key: key(1), labels: 1 })).rejects.toThrow('the model has no classes')
    await expect(model.sample({ count: 1, key: key(1), clip: true })).rejects.toThrow('the data have no range')
    await expect(model.sample({ count: 1, key: key(1), guidance: 2 })).rejects.toThrow(
      'expected guidance 1, got 2 with nothing to guide by; make the model with classes',
    )
    const noise = normal(key(1), [2, 2])
    await expect(model.sample({ count: 3, key: key(1), noise })).rejects.toThrow(
      'expected noise of shape [3, 2], got [2, 2]',
    )
    dispose([noise])
    network.dispose()
  })

  it('guidance of a network that never met "no class"', async () => {
    const network = matrixNetwork([2], { classes: 3 })
    const model = diffusion({ network, classes: 3, dropLabel: 0 })
    await expect(model.sample({ count: 1, key: key(1), labels: 1, guidance: 2 })).rejects.toThrow(
      'train with dropLabel: 0.1',
    )
    network.dispose()
  })
})
