/**
 * Trains what the page of colors and gaps opens, and leaves it in `models/`: `node --conditions=@gen/source --import tsx
 * src/models/train-answers.ts [faces mean first answers]` in this folder; without names all. What is here was made by Node 24, on one thread.
 * Every 500 steps the model so far is written, with its picture, to be looked at.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fold, type Key, key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { faces } from '@gen/data/faces'
import { type Diffusion, ddim, diffusion, velocityPrediction } from '@gen/diffusion'
import { encodeSafetensors } from '@gen/io'
import type { Batch, Batches, Trainable } from '@gen/model'
import { openModel } from '@gen/open'
import { type Unet, unet } from '@gen/unet'
import {
  concat,
  dispose,
  greater,
  mean,
  type Scalar,
  slice,
  squaredDifference,
  type Tensor4D,
  tidy,
  tile,
  where,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { meanAnswer } from '../pages/fill/mean-answer.ts'
import { told, toldChannels } from '../pages/fill/question.ts'
import { pixels } from '../pages/fill/view.ts'
import { randomHoles } from './holes.ts'
import { halvedWeights, modelsFolder, saveHalved } from './save-halved.ts'
import { train } from './train.ts'

const command = 'node --conditions=@gen/source --import tsx src/models/train-answers.ts'
const size = 16
/** Faces that the page shows; no training has seen them. */
const shown = 12
const architecture = {
  shape: [pixels, pixels, 3],
  widths: [24, 48, 96],
  depth: 1,
  context: [pixels, pixels, toldChannels],
}

const jobs: Readonly<Record<string, () => Promise<void>>> = {
  faces: keepFaces,
  mean: trainMean,
  first: trainFirst,
  answers: trainFurther,
}

await useBackend('simd')
await setThreads(1)
mkdirSync(modelsFolder, { recursive: true })
const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : Object.keys(jobs)) await jobs[name]!()

interface Asked extends Batch {
  readonly condition: { readonly context: Tensor4D }
}

/** Faces, each with a question at random. */
async function asked(k: Key, colorsOnly?: number): Promise<Batches<Asked>> {
  const people = (await faces({ count: 20_000, key: key(100) })).batches({ size, key: fold(k, 0) })
  return {
    async at(index) {
      const { x } = await people.at(index)
      return { x, condition: { context: ask(x as Tensor4D, fold(fold(k, 1), index), colorsOnly) } }
    },
  }
}

function ask(x: Tensor4D, k: Key, colorsOnly?: number): Tensor4D {
  return tidy(() => told(x, randomHoles(x.shape[0], k, colorsOnly)))
}

/** Strangers and questions about them, for pictures. */
async function questions(count: number): Promise<{ x: Tensor4D; context: Tensor4D }> {
  const { x } = (await faces({ count: 1600, key: key(101) })).take(Array.from({ length: count }, (_, i) => 40 + i))
  return { x: x as Tensor4D, context: ask(x as Tensor4D, key(50)) }
}

async function keepFaces(): Promise<void> {
  const { x } = (await faces({ count: 1600, key: key(101) })).take(Array.from({ length: shown }, (_, i) => i))
  const data = Uint8Array.from(await x.data(), (value) => Math.round(255 * value))
  writeFileSync(
    `${modelsFolder}answers-faces.safetensors`,
    encodeSafetensors({ faces: { dtype: 'U8', shape: x.shape, data } }),
  )
  x.dispose()
}

async function trainMean(): Promise<void> {
  const network = meanAnswer()
  const model: Trainable<Asked> = {
    players: [
      {
        name: 'mean',
        variables: network.variables,
        loss: ({ x, condition }) => ({
          total: mean(squaredDifference(network.answer(condition.context), x)) as Scalar,
        }),
      },
    ],
  }
  const save = async () => {
    writeFileSync(`${modelsFolder}answers-mean.safetensors`, encodeSafetensors(await halvedWeights(model)))
  }
  const batches = await asked(key(61))
  await train({ name: 'mean', steps: 3000, rate: 2e-3, ema: 0.998, model, batches, key: key(62), look: save })
}

/** Without attention: what is far apart learns of each other slowly, the rest quickly. */
async function trainFirst(): Promise<void> {
  const model = answering(unet({ ...architecture, key: key(63) }))
  const batches = await asked(key(64))
  const steps = 6000
  const save = (step: number) => saveAnswers(model, `${step} steps of ${size}`)
  await train({ name: 'first', steps, rate: 2e-3, ema: 0.998, model, batches, key: key(65), look: save })
}

/**
 * From what `first` left: attention makes both sides of a face, and all of its ground, agree, and steps of the noise level need
 * fewer numbers. Whole pictures are asked for more often than colors, for they are harder.
 * What is kept was stopped at step 2,000, and went on from there as from a `first`, for the 3,000 steps.
 */
async function trainFurther(): Promise<void> {
  const network = unet({ ...architecture, attention: [1, 2], headSize: 48, embeddingSize: 32, key: key(66) })
  const first = await openModel((file) => readFile(`${modelsFolder}answers/${file}`))
  copyWeights((first.own as Diffusion).network as LayersModel, network)
  const model = answering(network)
  const batches = await asked(key(67), 0.3)
  const steps = 3000
  const save = (step: number) => saveAnswers(model, `6000 steps of ${size}, and ${step} with attention`)
  await train({ name: 'answers', steps, rate: 1.5e-3, ema: 0.999, model, batches, key: key(68), look: save })
}

/** Copies each weight that has the same layer, place and shape in both. */
function copyWeights(from: LayersModel, to: LayersModel): void {
  for (const layer of to.layers) {
    const weights = from.layers.find(({ name }) => name === layer.name)?.getWeights() ?? []
    const own = layer.getWeights()
    if (own.length !== weights.length) continue
    layer.setWeights(own.map((value, i) => (`${value.shape}` === `${weights[i]!.shape}` ? weights[i]! : value)))
  }
}

function answering(network: Unet): Diffusion {
  return diffusion({ network, prediction: velocityPrediction(), dropLabel: 0 })
}

async function saveAnswers(model: Diffusion, training: string): Promise<void> {
  const samples = await sampled(model)
  const description = `A diffusion model of cartoon faces (32 × 32) that is told what is known of one: colors of some pixels, brightness of others. ${training}. The picture, row by row: a face, what is told of it, six answers.`
  await saveHalved(model, { name: 'answers', family: 'diffusion', data: 'faces', description, command, samples })
  samples.dispose()
}

/** Rows of a face, what is told of it, and six answers. */
async function sampled(model: Diffusion): Promise<Tensor4D> {
  const { x, context } = await questions(8)
  const rows: Tensor4D[] = []
  for (let i = 0; i < 8; i++) {
    const one = tidy(() => slice(context, i, 1))
    const drawn = await model.sample({
      count: 6,
      context: one,
      sampler: ddim({ steps: 25, eta: 0.85 }),
      clip: true,
      key: fold(key(51), i),
    })
    rows.push(tidy(() => concat([slice(x, i, 1), seen(one), drawn as Tensor4D])))
    dispose([one, drawn])
  }
  const all = concat(rows)
  dispose([x, context, ...rows])
  return all
}

/** A context as people see it. */
function seen(context: Tensor4D): Tensor4D {
  return tidy(() => {
    const channels = (from: number, count: number) => slice(context, [0, 0, 0, from], [-1, -1, -1, count]) as Tensor4D
    return where(greater(channels(4, 1), 0), channels(0, 3), tile(channels(3, 1), [1, 1, 1, 3])) as Tensor4D
  })
}
