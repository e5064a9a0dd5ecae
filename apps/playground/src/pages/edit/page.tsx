/** Editing: what is on the screen. @module */
import { questions } from '../../models/questions.ts'
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'edit',
  number: 7,
  short: 'Editing',
  title: 'The mixing desk',
  lead: 'A VAE has put faces into a space of 64 numbers. A boundary through it parts faces with glasses from those without; straight across it lies the slider that puts glasses on any face.',
  formula,
  legend: [
    ['latent', 'z, the code of a face'],
    ['model', 'n, the normal of a boundary: the slider'],
    ['error', 'n of the others: what a slider must not cross'],
  ],
  fields,
  layers: [{ name: 'matrix', label: 'what changes with what', role: 'error', initial: true }],
  probe: [1],
  stories: [
    {
      text: 'At first boundaries lie anywhere, and sliders do anything. Watch each find its attribute, and press the small faces.',
      set: {},
    },
    {
      text: 'Let glasses go with dark skin in what it learns from: now the slider for dark skin puts glasses on, and the table shows it.',
      set: { faces: 'correlated' },
    },
    {
      text: 'Project: each slider is made to run along the other boundaries, so that it crosses none. The glasses go.',
      set: { faces: 'correlated', project: 'on' },
    },
    {
      text: 'Beard and mouth are a few pixels, which the code hardly has: their boundaries are right least often. No slider finds what is not there.',
      set: {},
    },
  ],
  curves: [{ name: 'boundaries/total', label: 'how unsure the boundaries are', role: 'model' }],
  code,
  end: 200,
  Picture,
  gauges,
  describe,
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

function gauges({ numbers: { accuracy, ratio, beside, leanest, one, other } }: Frame): Gauge[] {
  if (
    accuracy === undefined ||
    ratio === undefined ||
    beside === undefined ||
    leanest === undefined ||
    one === undefined ||
    other === undefined
  )
    return []
  return [
    {
      label: 'Right side of the boundary',
      value: percent(accuracy),
      note: '400 faces that no boundary has seen',
      level: 2 * accuracy - 1,
    },
    {
      label: 'Dark skin brings glasses',
      value: percent(beside),
      note: 'of what its slider changes the skin; in pictures, as a judge sees them',
      level: 1 - beside,
    },
    { label: 'Any slider, any other attribute', value: percent(ratio), note: 'on average', level: 1 - ratio },
    {
      label: 'Largest cosine of two boundaries',
      value: leanest.toFixed(2),
      note: `${questions[one]!.label} and ${questions[other]!.label}`,
    },
  ]
}

function describe({ step, numbers: { accuracy, ratio } }: Frame): string {
  if (accuracy === undefined || ratio === undefined) return `Sliders after ${step} steps.`
  return `Sliders after ${step} steps. Boundaries are right about ${percent(accuracy)} of faces; what should stay changes by ${percent(ratio)} of what is wanted.`
}
