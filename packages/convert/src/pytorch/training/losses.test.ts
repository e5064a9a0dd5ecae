/** First losses of train.py on our batches and noise: fixtures/pytorch/run.py. */
import { fold, type Key, key, normal, split, uniform, useBackend } from '@gen/backend'
import type { Diffusion } from '@gen/diffusion'
import type { ImageFlow } from '@gen/flows'
import type { Gan } from '@gen/gan'
import type { Vae } from '@gen/vae'
import { add, div, type Tensor, type Tensor1D, tensor1d, tidy, transpose } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PytorchWritable } from '../../index.ts'
import { byFormula, numbers } from '../../testing/numbers.ts'
import { diffusionCases, otherCases } from '../../testing/pytorch-cases.ts'
import { keptFile, pytorchNumbers } from '../../testing/pytorch-numbers.ts'
import { argument, isSequence, ours } from '../../testing/pytorch-parts.ts'
import { fromPeer } from '../../weights/named-weight.ts'
import type { PythonInput } from '../network-class.ts'
import { pythonModel } from '../python-model.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

let made: { dispose(): void }[] = []
afterEach(() => {
  for (const model of made) model.dispose()
  made = []
})

/** What is told of two rows beside x and α, as train.py gives it to the network. */
function toldTensors(model: Diffusion, inputs: readonly PythonInput[]): object {
  const { classes, range, selfConditioning } = model.config
  const context = inputs.find(({ name }) => name === 'context')
  const channels = (context?.shape[0] ?? 0) - (selfConditioning ? (inputs[0]!.shape[0] ?? 0) : 0)
  const labels = classes > 0 && { labels: tensor1d([0, 1], 'int32') }
  if (!context || channels === 0) return { ...labels }
  const shape = [channels, ...context.shape.slice(1)]
  const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
  const seen = ours([...numbers('context', size, 1.7)], shape, isSequence(context, inputs))
  // Images that are told of go from [0, 1] to [-1, 1].
  const given = range && seen.rank === 4 ? div(add(seen, 1), 2) : seen
  return { ...labels, condition: { context: given } }
}

/** Of some results the one that is least away. */
function nearest(found: readonly ArrayLike<number>[], [a = 0, b = 0]: readonly number[]): ArrayLike<number> {
  const away = (one: ArrayLike<number>) => Math.abs(one[0]! - a) + Math.abs(one[1]! - b)
  return found.reduce((best, one) => (away(one) < away(best) ? one : best))
}

/** Numbers that training draws, as our key draws them: by the names of train.py, with their shapes there. */
function drawnNoise(model: PytorchWritable, k: Key): Record<string, { shape: number[]; values: number[] }> {
  const listed = (draw: () => Tensor) =>
    tidy(() => {
      const drawn = draw()
      const first = drawn.rank === 4 ? transpose(drawn, [0, 3, 1, 2]) : drawn
      return { shape: first.shape, values: [...first.dataSync()] }
    })
  if ('bitsPerDim' in model) {
    const [forNoise] = split(k)
    const { config, latentSize, shape } = model as unknown as ImageFlow
    const isLearned = config.dequantizer.kind === 'variational'
    return {
      noise: listed(() => (isLearned ? normal(forNoise!, [2, latentSize]) : uniform(forNoise!, [2, ...shape]))),
    }
  }
  if (model.config.kind === 'gan') {
    const { config, latentSize, shape } = model as unknown as Gan
    const [forLatent] = split(k)
    const drawZ = () =>
      config.latent === 'uniform'
        ? uniform(forLatent!, [2, latentSize], { min: -1, max: 1 })
        : normal(forLatent!, [2, latentSize])
    const [penalty] = config.penalties
    const forPenalty = fold(k, 10)
    return {
      z: listed(drawZ),
      ...(penalty?.kind === 'gradientPenalty' && {
        drawn: listed(() => uniform(forPenalty, [2, ...shape.map(() => 1)])),
      }),
      ...(penalty?.kind === 'dragan' && { drawn: listed(() => normal(forPenalty, [2, ...shape])) }),
    }
  }
  if (model.config.kind !== 'vae') return {}
  const [forCodes, forDivergence] = split(k, 3)
  const { config, latentSize, shape } = model as unknown as Vae
  const { kind, draws = 1, penalty } = config.divergence as { kind: string; draws?: number; penalty?: string }
  const isDrawn = kind === 'mmd' || penalty === 'gradient'
  return {
    ...(config.posterior.kind === 'normal' && { eps: listed(() => normal(forCodes!, [draws * 2, latentSize])) }),
    ...(isDrawn && { drawn: listed(() => normal(forDivergence!, kind === 'mmd' ? [2, latentSize] : [2, ...shape])) }),
  }
}

/** All but images that are augmented by numbers which nobody can give to train.py. */
const trained = Object.entries(otherCases).filter(([name]) => /^(vae|flow|gan)/.test(name) && name !== 'gan-augmented')

describe.each(trained)('%s', (name, make) => {
  it('has the loss that train.py has, within 1e-4', async () => {
    const model = make()
    made.push(model)
    const { weights, inputs } = pythonModel(model)
    fromPeer('test', weights, byFormula(weights))
    const shape = model.shape.length === 1 ? model.shape : [...model.shape.slice(-1), ...model.shape.slice(0, -1)]
    const noise = { shape: [2, ...shape], drawn: drawnNoise(model, key(3)) }
    await expect(`${JSON.stringify(noise)}\n`).toMatchFileSnapshot(keptFile(name, 'noise.json'))
    const size = shape.reduce<number>((product, n) => product * n, 2)
    const { classes, flow } = model.config as { classes?: number; flow?: { classes: number } }
    const context = inputs.find((input) => input.name === 'context')
    const losses = tidy(() => {
      const x = ours(
        [...numbers('data', size, 0.5)].map((n) => n + 0.5),
        shape,
      )
      const seen = (classes ?? flow?.classes ?? 0) === 0 && context ? argument(context, 0) : undefined
      const told = {
        ...((classes ?? flow?.classes ?? 0) > 0 && { labels: tensor1d([0, 1], 'int32') }),
        ...(seen && { condition: { context: ours(seen, context!.shape) } }),
      }
      return model.players.map((player) => player.loss({ x, ...told } as never, key(3)).total.dataSync()[0]!)
    })
    expect(losses).toBeAllClose(pytorchNumbers[name]!.losses, { rtol: 1e-4 })
  })
})

describe.each(Object.entries(diffusionCases))('%s', (name, make) => {
  it('has the loss that train.py has, within 1e-4', async () => {
    const model = make()
    made.push(model)
    const { losses, glanced, alphas, forgotten = 0 } = pytorchNumbers[name]!
    const { weights, inputs } = pythonModel(model)
    fromPeer('test', weights, byFormula(weights))
    const shape = inputs[0]!.shape
    const size = shape.reduce<number>((product, n) => product * (n ?? 8), 2)
    const lossAt = (seed: number) =>
      tidy(() => {
        const x = ours(
          [...numbers('data', size, 0.5)].map((n) => n + 0.5),
          shape,
        )
        const noise = ours([...numbers('eps', size, 1.7)], shape)
        const alpha = tensor1d([0.3, 0.7]) as Tensor1D
        return model.lossAt({ x, noise, ...toldTensors(model, inputs) }, alpha, key(seed)).dataSync()
      })
    // By its key a network looks twice or once, and is told or not.
    const found = Array.from({ length: glanced ? 8 : 1 }, (_, seed) => lossAt(seed))
    for (const expected of glanced ? [losses, glanced] : [losses]) {
      expect(nearest(found, expected)).toBeAllClose(expected, { rtol: 1e-4 })
    }
    if (glanced) expect(nearest(found, glanced)).not.toEqual(nearest(found, losses))
    const times = tidy(() => model.schedule.alpha(tensor1d([0, 0.25, 0.5, 0.75, 1])).dataSync())
    expect(times).toBeAllClose(alphas, { rtol: 1e-5, atol: 1e-6 })
    expect(glanced !== undefined).toBe(model.config.selfConditioning)
    // Of 1,000 rows, a little more or less.
    expect(Math.abs(forgotten - model.config.dropLabel)).toBeLessThan(0.04)
  })
})
