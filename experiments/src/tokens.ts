/** Next characters, next words and blanks of a novel: masked diffusion, left to right, and counting. @module */
import { join } from 'node:path'
import { key } from '@gen/backend'
import { writeModelFolder } from '@gen/io/node'
import { answers, ardm, gpt, type TokenModel, type TokenPresetOptions } from '@gen/tokens'
import { variablesOf } from '@gen/train'
import { mean, tidy } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { blanksOf, judgeBlanks, shown } from './tokens/blanks.ts'
import { natsOf, nGram } from './tokens/n-gram.ts'
import { length, type Novel, novel } from './tokens/text.ts'
import { train } from './tokens/train.ts'

const sizes = { width: 80, depth: 2, heads: 5 }
/** On an idle core; a number of steps and not of minutes, so that the same command gives the same weights. */
const stepsPerMinute = 1000

/** Held-out sequences by which all are judged, and how many of them get a blank. */
const [heldOut, asked] = [512, 64]
/** Masks for each sequence, of the bound. */
const draws = 16

/** Beginnings to go on from; the last two are of held-out chapters. */
const beginnings = ['call me ', 'the white ', 'captain ahab ', 'the harpoon', 'thou art but a fool, ']

type Preset = (options: TokenPresetOptions) => TokenModel

/** Nats for each character of held-out sequences of 64, and answers. */
export const tokensExperiment: Experiment = {
  name: 'tokens',
  description: `Moby-Dick by characters: nats per character of held-out sequences of ${length} without anything before them`,
  minutes: 20,
  rows: {
    '3-gram': () => counted(3),
    '5-gram': () => counted(5),
    'left to right': (context) => learned(gpt, 'left to right', context),
    'masked diffusion': (context) => learned(ardm, 'masked diffusion', context),
  },
  columns: ({ nats, parameters, steps, blanks, nextWords }) => {
    const { bestReal, sampledReal, firstRight, fiveRight } = (blanks ?? {}) as Row
    const next = (nextWords as Row | undefined)?.['the white ']
    return { nats, parameters, steps, bestReal, sampledReal, firstRight, fiveRight, 'the white …': next }
  },
}

async function counted(order: number): Promise<Row> {
  const { train, letters, held } = await novel()
  const model = nGram(train, { order, size: letters.size })
  const { x, rows } = held(heldOut)
  x.dispose()
  const nats = rows.flatMap((row) => natsOf(model, row))
  return { nats: nats.reduce((sum, n) => sum + n, 0) / nats.length }
}

async function learned(preset: Preset, name: string, context: RowContext): Promise<Row> {
  const { seed, minutes, scratch, progress } = context
  const text = await novel()
  const model = preset({ vocabulary: text.letters, length, ...sizes, key: key(seed) })
  const folder = join(scratch, name)
  const steps = Math.max(1, Math.round(stepsPerMinute * minutes))
  const trained = await train(model, {
    sequences: text.sequences,
    steps,
    keys: { batches: key(seed + 1), training: key(seed + 2) },
    folder,
    onStep: (step, nats) => progress(`step ${step} of ${steps}, ${nats.toFixed(3)} nats`),
  })
  await writeModelFolder(join(folder, 'model'), {
    config: { family: 'tokens', model: model.config, data: 'moby-dick' },
    tensors: variablesOf(model),
    card: { name: `${name} on Moby-Dick`, data: 'moby-dick', seed },
  })
  const parameters = model.variables().reduce((sum, { size }) => sum + size, 0)
  const row = { ...(await judged(model, text, seed)), parameters, ...trained }
  model.dispose()
  return row
}

async function judged(model: TokenModel, text: Novel, seed: number): Promise<Row> {
  const { x, rows } = text.held(heldOut)
  const logProb = await model.logProb(x, { key: key(seed + 3), draws })
  const [nats] = tidy(() =>
    mean(logProb)
      .dataSync()
      .map((total) => -total / length),
  )
  x.dispose()
  logProb.dispose()
  const nextWords: Record<string, string> = {}
  for (const beginning of beginnings) nextWords[beginning] = shown(await answers(model, beginning, { beam: 32 }))
  const drawn = await model.sample({ count: 4, key: key(seed + 4) })
  const samples = (await drawn.array()).map((row) => text.letters.decode(row))
  drawn.dispose()
  if (model.process.causal) return { nats, nextWords, samples }
  const blanks = blanksOf(rows, text.letters, seed).slice(0, asked)
  return { nats, nextWords, samples, blanks: await judgeBlanks(model, text.letters, blanks, text.words) }
}
