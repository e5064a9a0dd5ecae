/** Training a model of the alignment, or bringing back what was trained. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { adam, cosineDecay, fit, noBatches, readWeights, warmup, writeWeights } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { AlignContext } from './align-context.ts'
import { type AlignModel, buildModel, type ModelName, type Stage } from './models.ts'

/** What a model needs to be trained. */
export interface TrainModelOptions {
  readonly name: ModelName
  readonly data: string
  readonly train: Dataset
  readonly context: AlignContext
}

/** A model with its weights, and how it was trained. */
export interface TrainedModel extends AlignModel {
  readonly training: Readonly<Record<string, TrainedStage>>
}

/** How a stage was trained. */
interface TrainedStage {
  readonly steps: number
  readonly seconds: number
  readonly losses: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const batchSize = 64
const warmUpSteps = 100

/** Trains the stages of a model one after the other, each kept as soon as it is done; what is kept is read instead. */
export async function trainModel({ name, data, train, context }: TrainModelOptions): Promise<TrainedModel> {
  const seed = fold(key(context.seed), 7)
  const model = buildModel(name, train.shape as [number, number, number], seed)
  const training: Record<string, TrainedStage> = {}
  for (const [i, stage] of model.stages.entries()) {
    const file = join(context.scratch, `${data}-${name}-${stage.name}.safetensors`)
    if (existsSync(file) && existsSync(`${file}.json`)) {
      writeWeights(stage.trainable, decodeSafetensors(new Uint8Array(readFileSync(file))).tensors)
      training[stage.name] = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as TrainedStage
      continue
    }
    const done = await trainStage(stage, train, fold(fold(seed, 100 + name.length), i), context)
    training[stage.name] = done
    writeFileSync(file, encodeSafetensors(await readWeights(stage.trainable)))
    writeFileSync(`${file}.json`, JSON.stringify(done))
  }
  return { ...model, training }
}

/** Trains for the stage's share of the minutes; the rate rises, then falls as a cosine until the time is over. */
async function trainStage(
  stage: Stage,
  train: Dataset,
  k: Key,
  { minutes, progress }: AlignContext,
): Promise<TrainedStage> {
  const { name, trainable, rate, beta1 = 0.9, share, fromData, initialize } = stage
  const batches = fromData ? train.batches({ size: batchSize, key: fold(k, 0) }) : noBatches
  if (initialize) {
    const first = train.batches({ size: 256, key: fold(k, 1) }).at(0) as { x: Tensor4D }
    initialize(first.x)
    first.x.dispose()
  }
  const seconds = 60 * minutes * share
  const start = performance.now()
  const spent = () => (performance.now() - start) / 1000
  const falling = (steps: number) => cosineDecay({ from: rate, steps: Math.max(1, steps - warmUpSteps) })
  const players = trainable.players.map((player) => player.name).filter((player) => player !== 'discriminator')
  const options = {
    until: { seconds },
    optimizer: (steps: number) => adam({ learningRate: warmup({ steps: warmUpSteps, to: falling(steps) }), beta1 }),
    ema: { decay: 0.999, players },
    key: fold(k, 2),
  }
  let [steps, losses]: [number, TrainedStage['losses']] = [0, {}]
  for await (const event of fit<object>(trainable, batches, { ...options, clipNorm: 100 })) {
    if (event.type !== 'step') continue
    steps = event.step
    losses = event.losses
    const total = Object.values(event.losses).map(({ total = Number.NaN }) => total.toFixed(2))
    if (steps % 20 === 0) progress(`${name}: step ${steps}, loss ${total.join(', ')}, ${spent().toFixed(0)} s`)
  }
  return { steps, seconds: Math.round(spent()), losses }
}
