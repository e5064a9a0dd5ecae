/** Training a model of the alignment, or bringing back what was trained. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { adam, fit, readWeights, writeWeights } from '@gen/train'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Row, RowContext } from '../experiment.ts'
import { type AlignModel, buildModel, type ModelName, nothing, type Stage } from './models.ts'

/** What a model needs to be trained. */
export interface TrainModelOptions {
  readonly name: ModelName
  readonly data: string
  readonly train: Dataset
  readonly context: RowContext
}

/** A model with its weights, and how it was trained. */
export interface TrainedModel extends AlignModel {
  readonly training: Row
}

const batchSize = 64

/** Trains the stages of a model one after the other, each kept as soon as it is done; what is kept is read instead. */
export async function trainModel({ name, data, train, context }: TrainModelOptions): Promise<TrainedModel> {
  const seed = fold(key(context.seed), 7)
  const model = buildModel(name, train.shape as [number, number, number], seed)
  const training: Record<string, unknown> = {}
  for (const [i, stage] of model.stages.entries()) {
    const file = join(context.scratch, `${data}-${name}-${stage.name}.safetensors`)
    if (existsSync(file) && existsSync(`${file}.json`)) {
      writeWeights(stage.trainable, decodeSafetensors(new Uint8Array(readFileSync(file))).tensors)
      training[stage.name] = JSON.parse(readFileSync(`${file}.json`, 'utf8'))
      continue
    }
    const done = await trainStage(stage, train, fold(fold(seed, 100 + name.length), i), context)
    training[stage.name] = done
    writeFileSync(file, encodeSafetensors(await readWeights(stage.trainable)))
    writeFileSync(`${file}.json`, JSON.stringify(done))
  }
  return { ...model, training }
}

/** Trains for the stage's share of the minutes; the rate falls as a cosine of the time that is spent. */
async function trainStage(stage: Stage, train: Dataset, k: Key, { minutes, progress }: RowContext): Promise<Row> {
  const { trainable, rate, beta1 = 0.9, share, fromData, initialise } = stage
  const batches = fromData ? train.batches({ size: batchSize, key: fold(k, 0) }) : nothing
  if (initialise) {
    const first = train.batches({ size: 256, key: fold(k, 1) }).at(0) as { x: Tensor4D }
    initialise(first.x)
    first.x.dispose()
  }
  const seconds = 60 * minutes * share
  const start = performance.now()
  const spent = () => (performance.now() - start) / 1000
  const learningRate = (step: number) =>
    rate * Math.min(1, (step + 1) / 100) * (0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, spent() / seconds)))
  const players = trainable.players.map(({ name }) => name).filter((name) => name !== 'discriminator')
  const options = {
    steps: 1e9,
    optimizer: adam({ learningRate, beta1 }),
    ema: { decay: 0.999, players },
    key: fold(k, 2),
  }
  let [steps, losses] = [0, {}]
  for await (const event of fit(trainable, batches, { ...options, clipNorm: 100 })) {
    if (event.type !== 'step') continue
    steps = event.step
    losses = event.losses
    const total = Object.values(event.losses).map(({ total = Number.NaN }) => total.toFixed(2))
    if (steps % 20 === 0) progress(`${stage.name} step ${steps}, loss ${total.join(', ')}, ${spent().toFixed(0)} s`)
    if (spent() >= seconds) break
  }
  return { steps, seconds: Math.round(spent()), losses }
}
