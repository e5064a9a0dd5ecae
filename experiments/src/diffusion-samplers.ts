/** Samplers of diffusion against the calls of the network that they make. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ddim,
  ddpmAncestral,
  deis,
  dpmSolver2M,
  dpmSolver3M,
  heun,
  type Sampler,
  uniPc,
  velocityPrediction,
} from '@gen/diffusion'
import { chart } from './diffusion/chart.ts'
import { judged, sheet } from './diffusion/drawn.ts'
import { compared, type Verdict } from './diffusion/judge.ts'
import { type SubjectName, subjects } from './diffusion/subjects.ts'
import { trainedModel } from './diffusion/trained-model.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

const calls = [4, 8, 16, 32, 64] as const

/** Steps are as many as the calls allow: Heun's cost two each. */
const samplers: Readonly<Record<string, (calls: number) => Sampler>> = {
  ddim: (n) => ddim({ steps: n }),
  ddpm: (n) => ddpmAncestral({ steps: n }),
  'dpmpp-2m-sde': (n) => dpmSolver2M({ steps: n, eta: 1 }),
  heun: (n) => heun({ steps: n / 2 }),
  'dpmpp-2m': (n) => dpmSolver2M({ steps: n }),
  'dpmpp-3m': (n) => dpmSolver3M({ steps: n }),
  deis: (n) => deis({ steps: n }),
  unipc: (n) => uniPc({ steps: n }),
}

/** Without guidance, which would bend the path; from the same noise. */
async function row(subjectName: SubjectName, sampler: string, context: RowContext): Promise<Row> {
  const subject = await subjects[subjectName]()
  const { model, steps, parameters } = await trainedModel(
    subject,
    ['velocity', { prediction: velocityPrediction() }],
    context,
  )
  const found: Record<string, Row> = {}
  for (const n of calls) {
    context.progress(`${n} calls`)
    found[n] = await judged(model, subject, context, { sampler: samplers[sampler]!(n) })
  }
  await sheet(`${subjectName}-${sampler}-8-calls`, model, subject, context, { sampler: samplers[sampler]!(8) })
  model.dispose()
  return { steps, parameters, compared, calls: found, data: await subject.real() }
}

const names = Object.keys(samplers).flatMap((sampler) =>
  (['digits', 'faces'] as const).map((subject) => [subject, sampler] as const),
)

/** FID and KID against calls, on digits and on faces. */
export const diffusionSamplers: Experiment = {
  name: 'diffusion-samplers',
  description: 'FID of eight samplers against the calls of the network, on digits and on faces of 32 pixels, unguided',
  minutes: 6,
  rows: Object.fromEntries(
    names.map(([subject, sampler]) => [
      `${subject}-${sampler}`,
      (context: RowContext) => row(subject, sampler, context),
    ]),
  ),
  columns: ({ calls: found, data }) => ({
    ...Object.fromEntries(
      Object.entries(found as Record<string, Verdict>).map(([n, { fid }]) => [`FID, ${n} calls`, fid]),
    ),
    'FID of the data': (data as Verdict | undefined)?.fid,
  }),
  finish: async (rows, { pictures }) => {
    const points = names.flatMap(([panel, series]) =>
      Object.entries(rows[`${panel}-${series}`]!.calls as Record<string, Verdict>).map(([n, { fid }]) => ({
        ...{ panel, series, x: Number(n), y: fid },
      })),
    )
    const x = { name: 'calls of the network', scale: 'log', ticks: calls } as const
    const picture = await chart(points, { title: 'FID against calls', x, y: { name: 'FID', scale: 'log' } })
    writeFileSync(join(pictures, 'fid-against-calls.svg'), picture)
    return { picture: 'fid-against-calls.svg' }
  },
}
