/** What the page of diffusion shows: all states of a denoising, from the same noise. @module */
import { key, normal } from '@gen/backend'
import type { Toy } from '@gen/data'
import { type Diffusion, ddim } from '@gen/diffusion'
import { slicedWasserstein } from '@gen/metrics'
import { mul, sub, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Pictures, Wish } from '../../trainer/lesson.ts'
import { cells } from '../cells.ts'
import { planeData } from '../data.ts'
import { readAll } from '../read-all.ts'
import { readTensor } from '../recorded.ts'
import type { DiffusionSettings } from './settings.ts'
import { bound, compared, fieldSide } from './view.ts'

/** Points shown. */
const count = 400
const keys = { data: key(101), again: key(102), noise: key(103), slices: key(104) }

/** Looks at a model. */
export type View = (model: Diffusion, settings: DiffusionSettings, wish: Wish) => Promise<Pictures>

/** States of one denoising: what each step began with, what it guessed, at which signal ratio; and the result. */
interface Path {
  readonly x: Float32Array[]
  readonly clean: Float32Array[]
  readonly alphas: number[]
  readonly samples: Float32Array
}

/** A view with fixed noise; the wish's probe is the number of steps, and the level whose field is shown. */
export function view(std: number): View {
  let truth: { data: Float32Array; floor: number } | undefined
  let known = ''
  return async (model, settings, { layers, probe = [20, 0], numbers = true }) => {
    const name = settings.data + settings.drawing
    if (!truth || known !== name) truth = truthOf(planeData(settings))
    known = name
    const [steps = 20, level = 0] = probe
    const { x, clean, alphas, samples } = await pathOf(model, steps)
    const arrays: Record<string, Float32Array<ArrayBuffer>> = {
      data: truth.data.slice(),
      x: joined([...x, samples]),
      clean: joined([...clean, samples]),
      alphas: Float32Array.from([...alphas, 1]),
      ...(await readAll(tidy(() => ({ noise: mul(normal(keys.noise, [count, 2]), std) })))),
    }
    const alpha = alphas[Math.min(level, alphas.length - 1)]!
    if (layers.includes('field')) Object.assign(arrays, await readAll({ field: fieldOf(model, alpha, std) }))
    return { arrays, numbers: numbers ? await numbersOf(model, truth) : {} }
  }
}

async function pathOf(model: Diffusion, steps: number): Promise<Path> {
  const path: Omit<Path, 'samples'> = { x: [], clean: [], alphas: [] }
  const end = await model.sample({
    ...{ count, batchSize: count, key: keys.noise, sampler: ddim({ steps }) },
    onStep: async ({ x, clean, alpha }) => {
      path.x.push(await readTensor(x))
      path.clean.push(await readTensor(clean))
      path.alphas.push(alpha)
    },
  })
  return { ...path, ...(await readAll({ samples: end })) }
}

/** From each place of a grid to what the network takes for its origin, x̂₀. */
function fieldOf(model: Diffusion, alpha: number, std: number): Tensor {
  return tidy(() => {
    const at = tensor2d(cells(fieldSide, bound), [fieldSide ** 2, 2])
    const level = tensor1d(new Float32Array(fieldSide ** 2).fill(alpha))
    const clean = mul(model.predictClean(mul(at, 1 / std), level), std)
    return sub(clean, at)
  })
}

function truthOf(toy: Toy): { data: Float32Array; floor: number } {
  const [data, again] = [toy.draw(count, keys.data).points, toy.draw(count, keys.again).points]
  return { data, floor: distance(data, again) }
}

/** The distance of samples from the data after few steps and after many, all from the same noise. */
async function numbersOf(
  model: Diffusion,
  { data, floor }: { data: Float32Array; floor: number },
): Promise<Record<string, number>> {
  const numbers: Record<string, number> = { floor }
  for (const steps of compared) {
    const { samples } = await pathOf(model, steps)
    if (samples.every(Number.isFinite)) numbers[`steps${steps}`] = distance(data, samples)
  }
  return numbers
}

function distance(a: Float32Array, b: Float32Array): number {
  const rows = (data: Float32Array) => ({ rows: count, columns: 2, data: Float64Array.from(data) })
  return slicedWasserstein(rows(a), rows(b), { key: keys.slices, projections: 24 }).value
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
