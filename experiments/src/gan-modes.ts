/** Mode collapse in the plane: how many of the modes of a ring and a grid four kinds of GAN find. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key } from '@gen/backend'
import { gaussianGrid, gaussianRing, type Toy } from '@gen/data'
import { type Gan, gan, mlpDiscriminator, mlpGenerator } from '@gen/gan'
import { nonSaturating, type Objective, type Penalty, r1, r2, relativistic } from '@gen/losses'
import { matrix, modeCoverage } from '@gen/metrics'
import { adam, cosineDecay, fit } from '@gen/train'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Experiment, Row, RowContext } from './experiment.ts'
import { scatterPictures } from './gan/scatter.ts'

/** PacGAN's tests, modes far apart in units of their width; the grid is made small, as one scales data for a network. */
const toys: Record<string, Toy> = {
  ring: gaussianRing({ radius: 1, deviation: 0.01 }),
  grid: gaussianGrid({ spacing: 0.6, deviation: 0.015 }),
}

/**
 * Weight of the penalties: it falls, as R3GAN's does, below σ². High, the game moves mass to where it lacks; low, it
 * sharpens modes, and what they lack by then stays so.
 */
const gamma = { from: 0.03, to: 2e-5 } as const

interface Method {
  readonly objective: Objective
  readonly pack?: number
  penalties?(gamma: number): Penalty[]
}

const methods: Record<string, Method> = {
  'non-saturating': { objective: nonSaturating() },
  pacgan: { objective: nonSaturating(), pack: 2 },
  r1: { objective: nonSaturating(), penalties: (weight) => [r1({ weight })] },
  'relativistic-r1-r2': { objective: relativistic(), penalties: (weight) => [r1({ weight }), r2({ weight })] },
}

const seeds = 3
/** For all methods alike. A minute is a number of steps, about a minute of one core: results are the same on any machine. */
const settings = {
  ...{ latentSize: 2, batch: 256, gamma },
  /**
   * What a continuous generator makes of a latent without gaps lies partly between modes. Depth makes these passages short,
   * and tanh, which saturates, makes what is between them flat, where leakyRelu would have to cancel slopes.
   */
  generator: { widths: [64, 64, 64, 64, 64], activation: 'tanh', frequencies: 16, bandwidth: 2 },
  /** Cheap, for it takes most of a step; its waves let it see a mode's width. */
  discriminator: { widths: [64, 64, 64], frequencies: 32, bandwidth: 10 },
  ...{ learningRate: { from: 3e-3, to: 6e-5 }, beta1: 0, beta2: 0.99, ema: 0.998, stages: 10, stepsPerMinute: 4000 },
} as const
const measured = 2500

/** All four methods on both toys, three seeds each, with the same networks and optimizer. */
export const ganModes: Experiment = {
  name: 'gan-modes',
  description: 'modes, high-quality share and reverse KL of GANs on a ring of 8 and a grid of 25 Gaussians',
  minutes: 3,
  rows: Object.fromEntries(
    Object.keys(toys).flatMap((toy) =>
      Object.keys(methods).map((method) => [
        `${toy}-${method}`,
        (context: RowContext) => row(`${toy}-${method}`, toys[toy]!, methods[method]!, context),
      ]),
    ),
  ),
  columns: ({ runs }) => {
    const each = (field: string) => (runs as Row[]).map((run) => run[field])
    return {
      modes: each('modes'),
      of: (runs as Row[])[0]?.of,
      'high quality': each('highQuality'),
      'reverse KL': each('reverseKl'),
    }
  },
  finish: async (rows) => {
    const best = Object.entries(rows).filter(([name]) => name.endsWith('relativistic-r1-r2'))
    const runs = best.flatMap(([, { runs: all }]) => all as { modes: number; of: number; highQuality: number }[])
    const reached = runs.filter(({ modes, of, highQuality }) => modes === of && highQuality >= 0.95).length
    return {
      goal: 'relativistic + R1 + R2: all modes, at least 95 % of high quality, for each seed',
      reached: `by ${reached} of ${runs.length} runs`,
    }
  },
}

async function row(name: string, toy: Toy, method: Method, context: RowContext): Promise<Row> {
  const runs: Row[] = []
  const pictures: Float32Array[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const k = fold(key(context.seed), seed)
    const { points, steps } = await trained(toy, method, { ...context, k, seed })
    const samples = { rows: measured, columns: 2, data: Float64Array.from(points) }
    const { value, modes, highQuality, reverseKl, counts } = modeCoverage(samples, matrix(toy.modes!), {
      deviation: toy.deviation!,
    })
    runs.push({ seed, modes: value, of: modes, highQuality, reverseKl, counts, steps })
    pictures.push(points)
  }
  writeFileSync(join(context.pictures, `${name}.png`), scatterPictures(pictures, toy.bound * 1.2))
  const mean = (field: string) => runs.reduce((sum, run) => sum + (run[field] as number), 0) / runs.length
  const means = { modes: mean('modes'), highQuality: mean('highQuality'), reverseKl: mean('reverseKl') }
  return {
    ...means,
    runs,
    samples: measured,
    deviation: toy.deviation,
    penalized: method.penalties !== undefined,
    settings,
  }
}

interface Run extends RowContext {
  readonly k: ReturnType<typeof key>
  readonly seed: number
}

/** Trains in stages of falling γ, each a game of its own between the same networks. */
async function trained(
  toy: Toy,
  { objective, pack = 1, penalties }: Method,
  { k, seed, minutes, progress }: Run,
): Promise<{ points: Float32Array; steps: number }> {
  const { latentSize, batch, stages, stepsPerMinute, learningRate, beta1, beta2 } = settings
  const generator = mlpGenerator({ shape: [2], latentSize, ...settings.generator, key: fold(k, 0) })
  const judged = { shape: [2 * pack], ...settings.discriminator }
  const discriminator = mlpDiscriminator({ ...judged, key: fold(k, 1) })
  const perStage = Math.max(1, Math.round((minutes * stepsPerMinute) / stages))
  const falling = cosineDecay({ ...learningRate, steps: stages * perStage })
  let model: Gan | undefined
  for (let stage = 0; stage < stages; stage++) {
    const weight = gamma.from * (gamma.to / gamma.from) ** (stage / (stages - 1))
    model = gan({ generator, discriminator, objective, pack, penalties: penalties?.(weight) ?? [] })
    const optimizer = adam({ learningRate: (step) => falling(step + stage * perStage), beta1, beta2 })
    const ema = { decay: settings.ema, players: ['generator'] }
    const batches = toy.batches({ size: batch, key: fold(fold(k, 2), stage) })
    for await (const event of fit(model, batches, { steps: perStage, optimizer, ema, key: fold(fold(k, 3), stage) })) {
      if (event.type === 'step' && event.step % 100 === 0) {
        progress(`seed ${seed}, stage ${stage + 1}/${stages}, step ${event.step}/${perStage}`)
      }
    }
  }
  const samples = (await model!.sample({ count: measured, key: fold(k, 4) })) as Tensor2D
  const points = samples.dataSync<'float32'>().slice()
  samples.dispose()
  model!.dispose()
  return { points, steps: stages * perStage }
}
