/** The lecture's figure 1: a game on the line, as numbers to plot. @module */
import { assertInteger, assertNumber, fold, type Key, normalArray, randintArray, refusal } from '@gen/backend'
import { nonSaturating, type Objective, type Penalty, r1 } from '@gen/losses'
import type { Batch } from '@gen/model'
import { adam, type Batches, fit, type Optimizer, type StepEvent } from '@gen/train'
import { sigmoid, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { type Gan, gan } from '../gan.ts'
import { mlpDiscriminator, mlpGenerator } from '../networks/mlp.ts'
import { pushForward } from './push-forward.ts'

/** Options of {@link lineGame}. */
export interface LineGameOptions {
  /** Same key, same game. */
  key: Key
  /** Rounds. @default 1000 */
  steps?: number
  /** Rounds between two states. @default 10 */
  every?: number
  /** Centers of the data's Gaussians, equally likely. @default [1] */
  means?: readonly number[]
  /** Standard deviation of each. @default 0.5 */
  deviation?: number
  /** @default nonSaturating() */
  objective?: Objective
  /** Without one the two circle about each other for ever. @default [r1({ weight: 0.3 })] */
  penalties?: readonly Penalty[]
  /** The lecture's k. @default 1 */
  discriminatorSteps?: number
  /** Of both players, or of each by name. @default adam({ learningRate: 2e-3, beta1: 0 }) */
  optimizer?: Optimizer | Readonly<Record<string, Optimizer>>
  /** Samples of data and of z per update. @default 256 */
  batchSize?: number
  /** Hidden layers of both players. @default [32, 32] */
  widths?: readonly number[]
  /** Where on the line to look. @default [-4, 4] */
  range?: readonly [number, number]
  /** Places to look at. @default 128 */
  resolution?: number
  /** Ends the game after the round at hand. */
  signal?: AbortSignal
}

/** The game after some rounds: the curves of the figure, all over the places `x` but the last two. */
export interface LineGameState {
  /** Rounds done. */
  readonly step: number
  readonly x: readonly number[]
  /** p_data. */
  readonly data: readonly number[]
  /** p_g, exactly what G makes of a uniform z. */
  readonly generated: readonly number[]
  /** D(x), in [0, 1]. */
  readonly discriminator: readonly number[]
  /** D*(x) = p_data / (p_data + p_g), the best answer to this G; ½ where neither has mass. */
  readonly optimum: readonly number[]
  /** Even places of z in [−1, 1] … */
  readonly z: readonly number[]
  /** … and where G puts them: the arrows of the figure. */
  readonly map: readonly number[]
  /** Losses of the last round; empty before the first. */
  readonly losses: StepEvent['losses']
}

/**
 * Plays the game of the lecture's figure 1 and shows it: perceptrons on the line, z uniform. The first state is that before
 * any round, the last that after all of them.
 *
 * @throws GenError `value` or `range` for options, `config` for no means.
 * @see Generative adversarial networks (Goodfellow et al., 2014), figure 1 https://arxiv.org/abs/1406.2661
 * @example
 * for await (const { x, data, generated, discriminator } of lineGame({ steps: 10, key: key(0) })) {
 *   draw(x, data, generated, discriminator)
 * }
 */
export async function* lineGame(options: LineGameOptions): AsyncGenerator<LineGameState, void, undefined> {
  const { key, steps = 1000, every = 10, signal } = options
  const { optimizer = adam({ learningRate: 2e-3, beta1: 0 }) } = options
  assertInteger(where, 'every', every, { min: 1 })
  const look = viewOf(options)
  const model = gameOf(options)
  try {
    yield look(model, 0, {})
    const training = { steps, optimizer, key: fold(key, 2), ...(signal && { signal }) }
    for await (const event of fit(model, batchesOf(options), training)) {
      const due = event.type === 'step' && (event.step % every === 0 || event.step === steps)
      if (due) yield look(model, event.step, event.losses)
    }
  } finally {
    model.dispose()
  }
}

const where = 'gan.lineGame'

function gameOf({
  key,
  widths = [32, 32],
  objective = nonSaturating(),
  penalties = [r1({ weight: 0.3 })],
  discriminatorSteps = 1,
}: LineGameOptions): Gan {
  return gan({
    generator: mlpGenerator({ shape: [1], latentSize: 1, widths, key: fold(key, 0) }),
    discriminator: mlpDiscriminator({ shape: [1], widths, key: fold(key, 1) }),
    latent: 'uniform',
    ...{ objective, penalties, discriminatorSteps },
  })
}

function batchesOf({ key, means = [1], deviation = 0.5, batchSize = 256 }: LineGameOptions): Batches<Batch> {
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const forData = fold(key, 3)
  return {
    at: (index) => {
      const k = fold(forData, index)
      const which = randintArray(fold(k, 0), batchSize, 1, { max: means.length })
      const noise = normalArray(fold(k, 1), batchSize, 1)
      const x = noise.map((value, i) => means[which[i]!]! + deviation * value)
      return { x: tensor2d(x, [batchSize, 1]) }
    },
  }
}

type View = (model: Gan, step: number, losses: StepEvent['losses']) => LineGameState

/** Reads the networks at even places. */
function viewOf({ means = [1], deviation = 0.5, range = [-4, 4], resolution = 128 }: LineGameOptions): View {
  assertInteger(where, 'resolution', resolution, { min: 2 })
  assertNumber(where, 'deviation', deviation, { exclusiveMin: 0 })
  assertNumber(where, 'range[1]', range[1], { exclusiveMin: range[0] })
  if (means.length === 0) throw refusal('config', where, { expected: 'at least one mean', got: 'none' })
  const width = (range[1] - range[0]) / resolution
  const x = Array.from({ length: resolution }, (_, i) => range[0] + (i + 0.5) * width)
  const data = x.map(
    (at) => means.reduce((sum, mean) => sum + bell((at - mean) / deviation) / deviation, 0) / means.length,
  )
  const z = Array.from({ length: 4 * resolution + 1 }, (_, i) => (2 * i) / (4 * resolution) - 1)
  return (model, step, losses) => {
    const [map, discriminator] = tidy(() => {
      const column = (values: readonly number[]): Tensor2D => tensor2d([...values], [values.length, 1])
      return [model.decode(column(z)).dataSync(), sigmoid(model.score(column(x))).dataSync()].map((list) => [...list])
    }) as [number[], number[]]
    const generated = pushForward(map, range, resolution)
    const optimum = data.map((p, i) => (p + generated[i]! > 1e-12 ? p / (p + generated[i]!) : 0.5))
    return { step, x, data, generated, discriminator, optimum, z, map, losses }
  }
}

function bell(t: number): number {
  return Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI)
}
