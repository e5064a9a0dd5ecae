/** What guidance does to confidence and coverage. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dpmSolver2M, type GuidanceWish, velocityPrediction } from '@gen/diffusion'
import { chart } from './diffusion/chart.ts'
import { judged, sheet, type Wishes } from './diffusion/drawn.ts'
import { compared, type Verdict } from './diffusion/judge.ts'
import { subjects } from './diffusion/subjects.ts'
import { trainedModel } from './diffusion/trained-model.ts'
import type { Experiment, RowContext } from './experiment.ts'

const weights = [0, 1, 1.5, 2, 3, 5, 8]
/** Least and largest σ at which to guide, and the weight there. */
const within = [
  [2, 0.1, 2],
  [1.75, 0.3, 5],
  [2, 0.3, 5],
  [3, 0.3, 2],
] as const

/** What covers less is in the table, and would press together what is compared. */
const leastShown = 0.6

/** By the names of rows: a weight, and perhaps the σ at which alone it is used. */
const guidances: Readonly<Record<string, GuidanceWish>> = {
  ...Object.fromEntries(weights.map((weight) => [`weight-${weight}`, weight])),
  ...Object.fromEntries(
    within.map(([weight, least, largest]) => [
      `weight-${weight}-from-${least}-to-${largest}`,
      { weight, interval: [least, largest] },
    ]),
  ),
}

/** Steps of the same path, or with fresh noise. */
const etas = { '': 0, '-sde': 1 } as const

const ways: Readonly<Record<string, Wishes>> = Object.fromEntries(
  Object.entries(etas).flatMap(([suffix, eta]) =>
    Object.entries(guidances).map(([name, guidance]) => [
      `${name}${suffix}`,
      { sampler: dpmSolver2M({ steps: 16, eta }), guidance },
    ]),
  ),
)

/** Classifier-free guidance on digits by their class. */
export const diffusionGuidance: Experiment = {
  name: 'diffusion-guidance',
  description: 'classifier-free guidance on digits: confidence against coverage',
  minutes: 6,
  rows: Object.fromEntries(
    Object.entries(ways).map(([name, wishes]) => [
      name,
      async (context: RowContext) => {
        const subject = await subjects.digits()
        const { model, steps } = await trainedModel(
          subject,
          ['velocity', { prediction: velocityPrediction() }],
          context,
        )
        const found = await judged(model, subject, context, wishes)
        await sheet(name, model, subject, context, wishes)
        model.dispose()
        return { steps, compared, ...found }
      },
    ]),
  ),
  columns: ({ fid, confident, coverage }) => ({ FID: fid, 'named with ≥ 0.9': confident, coverage }),
  finish: async (rows, { pictures }) => {
    const shown = Object.keys(ways).filter((name) => (rows[name] as unknown as Verdict).coverage > leastShown)
    const points = shown.map((name) => {
      const { confident, coverage } = rows[name] as unknown as Verdict
      const [weight = '', interval] = name.replace('weight-', '').replace('-sde', '').split('-from-')
      const where = interval ? `only at σ from ${interval.replace('-to-', ' to ')}` : 'at all σ'
      const series = name.endsWith('-sde') ? `${where}, fresh noise` : where
      return { series, panel: 'digits', x: coverage, y: confident, note: interval ? '' : weight }
    })
    const x = { name: 'coverage of the test digits' }
    const y = { name: 'share named with ≥ 0.9' }
    const picture = await chart(points, { title: 'Guidance: confidence against coverage, by weight', x, y })
    writeFileSync(join(pictures, 'confidence-against-coverage.svg'), picture)
    return { picture: 'confidence-against-coverage.svg' }
  },
}
