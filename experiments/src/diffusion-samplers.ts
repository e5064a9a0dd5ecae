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

/** The calls of each row of a subject, by what its name ends with: the longest of faces take as long as all others. */
const parts: Readonly<Record<SubjectName, Readonly<Record<string, readonly number[]>>>> = {
  digits: { '': calls },
  faces: { '': calls.slice(0, -1), '-64-calls': calls.slice(-1) },
}

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
async function row([subjectName, sampler, part]: Name, context: RowContext): Promise<Row> {
  const subject = await subjects[subjectName]()
  const { model, steps, parameters } = await trainedModel(
    subject,
    ['velocity', { prediction: velocityPrediction() }],
    context,
  )
  const found: Record<string, Row> = {}
  for (const n of parts[subjectName][part]!) {
    context.progress(`${n} calls`)
    found[n] = await judged(model, subject, context, { sampler: samplers[sampler]!(n) })
  }
  if (found[8])
    await sheet(`${subjectName}-${sampler}-8-calls`, model, subject, context, { sampler: samplers[sampler]!(8) })
  model.dispose()
  return { steps, parameters, compared, calls: found, data: await subject.real() }
}

type Name = readonly [subject: SubjectName, sampler: string, part: string]

const names = (['digits', 'faces'] as const).flatMap((subject) =>
  Object.keys(parts[subject]).flatMap((part) => Object.keys(samplers).map((sampler): Name => [subject, sampler, part])),
)

const nameOf = ([subject, sampler, part]: Name): string => `${subject}-${sampler}${part}`

/** FID and KID against calls, on digits and on faces. */
export const diffusionSamplers: Experiment = {
  name: 'diffusion-samplers',
  description: 'FID of eight samplers against the calls of the network, on digits and on faces of 32 pixels, unguided',
  minutes: 6,
  rows: Object.fromEntries(names.map((name) => [nameOf(name), (context: RowContext) => row(name, context)])),
  columns: ({ calls: found, data }) => ({
    ...Object.fromEntries(
      Object.entries(found as Record<string, Verdict>).map(([n, { fid }]) => [`FID, ${n} calls`, fid]),
    ),
    'FID of the data': (data as Verdict | undefined)?.fid,
  }),
  finish: async (rows, { pictures }) => {
    const points = names.flatMap((name) => {
      const [panel, series] = name
      return Object.entries(rows[nameOf(name)]!.calls as Record<string, Verdict>).map(([n, { fid }]) => ({
        ...{ panel, series, x: Number(n), y: fid },
      }))
    })
    const x = { name: 'calls of the network', scale: 'log', ticks: calls } as const
    const picture = await chart(points, { title: 'FID against calls', x, y: { name: 'FID', scale: 'log' } })
    writeFileSync(join(pictures, 'fid-against-calls.svg'), picture)
    return { picture: 'fid-against-calls.svg' }
  },
}
