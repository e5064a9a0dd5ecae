/** What is missing of a face, in the worker: one mean answer, and six that are drawn. @module */
import { fold, type Key, normal } from '@gen/backend'
import { type Diffusion, ddim, restore } from '@gen/diffusion'
import { decodeSafetensors, toArray } from '@gen/io'
import { writeWeights } from '@gen/train'
import { clipByValue, dispose, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { shippedFile, shippedModel } from '../../models/shipped.ts'
import type { Lesson, Tally } from '../../trainer/lesson.ts'
import { type Moment, momentAt, readTensor, recorded, rememberedAsync } from '../recorded.ts'
import { type MeanAnswer, meanAnswer } from './mean-answer.ts'
import { type Asked, measured } from './numbers.ts'
import { keepOf, knownBeside, told } from './question.ts'
import type { FillSettings } from './settings.ts'
import { end, few, pixels, readHole } from './view.ts'

/** A diffusion model and a network of the squared error, both trained ahead. */
export const lesson: Lesson<FillSettings, Tally<FillSettings>> = {
  backends: ['simd', 'webgpu', 'wasm', 'webgl', 'cpu'],
  async begin(_, k, site) {
    const faces = await openFaces(site)
    const mean = await openMean(site)
    const { own: model } = await shippedModel(site, 'answers', 'diffusion')
    const answer = rememberedAsync((asked: FillSettings) => answered({ model, mean, faces }, asked, k))
    const now = async (settings: FillSettings, step: number) => {
      const answers = await answer(settings)
      const { noisy, guess } = momentAt(answers.moments, step / end)
      return { ...answers, noisy, guess, numbers: measured(answers, guess) }
    }
    return {
      async losses(settings, step) {
        const { apart, away } = (await now(settings, step)).numbers
        return { answers: { apart: apart!, away: away! } }
      },
      numbers: async (settings, step) => (await now(settings, step)).noisy,
      async pictures(settings, _, step) {
        const { face, average, noisy, guess, numbers } = await now(settings, step)
        const arrays = { face, average, noisy, guess, faces: faces.flat }
        return {
          arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()])),
          numbers,
        }
      },
      dispose() {
        model.dispose()
        mean.dispose()
      },
    }
  },
}

interface Faces {
  /** All of them. */
  readonly flat: Float32Array<ArrayBuffer>
}

async function openFaces(site: string): Promise<Faces> {
  const { faces } = decodeSafetensors(await shippedFile(site, 'answers-faces.safetensors')).tensors
  return { flat: Float32Array.from(toArray(faces!) as Uint8Array, (value) => value / 255) }
}

async function openMean(site: string): Promise<MeanAnswer> {
  const { tensors } = decodeSafetensors(await shippedFile(site, 'answers-mean.safetensors'))
  const mean = meanAnswer()
  writeWeights({ players: [{ name: 'mean', variables: mean.variables }] }, tensors)
  return mean
}

/** All answers to one question. */
interface Answers extends Asked {
  readonly moments: readonly Moment[]
}

interface Answering {
  readonly model: Diffusion
  readonly mean: MeanAnswer
  readonly faces: Faces
}

async function answered(
  { model, mean, faces }: Answering,
  { face: number, hole, missing, steps }: FillSettings,
  k: Key,
): Promise<Answers> {
  const size = 3 * pixels ** 2
  const values = faces.flat.slice(Number(number) * size, (Number(number) + 1) * size)
  const face = tensor4d(values, [1, pixels, pixels, 3])
  const known = knownBeside(readHole(hole), missing)
  const context = told(face, known)
  const keep = keepOf(face, known)
  const noise = tidy(() => normal(fold(k, 1), [few, pixels, pixels, 3]))
  const average = tidy(() => clipByValue(keep(mean.answer(context)), 0, 1))
  try {
    const sampler = ddim({ steps, eta: 0.85 })
    const options = { keep, context, sampler, noise, clip: true, count: few, key: fold(k, 2) }
    const moments = await recorded((onStep) => restore(model, { ...options, onStep }))
    const unknown = async (mask: Tensor4D) => (await readTensor(mask)).map((value) => 1 - value)
    return {
      face: values,
      missing: { colors: await unknown(known.colors), brightness: await unknown(known.brightness) },
      average: await readTensor(average),
      moments,
    }
  } finally {
    dispose([face, known.colors, known.brightness, context, noise, average])
  }
}
