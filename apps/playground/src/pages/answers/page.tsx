/** One question, many answers: what is on the screen. @module */
import type { Gauge, Page } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { formula } from './formula.tex'
import { Picture } from './picture.tsx'
import { fields } from './settings.ts'
import code from './ten-lines.ts?raw'

/** The page. */
export const page: Page = {
  name: 'answers',
  number: 6,
  short: 'Many answers',
  title: 'The average is not an answer',
  lead: 'Some questions have several right answers: a gray picture has many colorings, a game many next moves. Who is trained to be nearest to all of them answers with their mean, which may be none of them.',
  formula,
  legend: [
    ['data', 'pairs of a question x and an answer y'],
    ['error', 'the mean answer, from the squared error'],
    ['model', 'answers drawn from the model'],
  ],
  fields,
  layers: [
    { name: 'data', label: 'data', role: 'data', initial: true },
    { name: 'answers', label: 'drawn answers', role: 'model', initial: true },
    { name: 'averages', label: 'average answers', role: 'error', initial: true },
  ],
  probe: [0],
  stories: [
    {
      text: 'Move the question across the ring: nearly everywhere there are two answers, and the mean runs between them, where nothing is.',
      set: {},
    },
    {
      text: 'Two moons: at the sides there is one answer, and both agree; in the middle there are two or more.',
      set: { data: 'moons' },
    },
    { text: 'Draw questions and answers of your own.', set: { data: 'drawn' } },
  ],
  curves: [
    { name: 'average/total', label: 'squared error', role: 'error' },
    { name: 'flow/total', label: '−log p(y | x), in nats', role: 'model' },
  ],
  code,
  end: 1500,
  Picture,
  gauges,
  describe,
}

function gauges({ numbers: { meanLikely, likely, odds, modelOdds, apart } }: Frame): Gauge[] {
  if (
    meanLikely === undefined ||
    likely === undefined ||
    odds === undefined ||
    modelOdds === undefined ||
    apart === undefined
  )
    return []
  const percent = (share: number) => `${Math.round(100 * share)} %`
  return [
    {
      label: 'The average, as an answer',
      value: percent(meanLikely),
      note: 'as likely as the likeliest answer',
      level: meanLikely,
    },
    { label: 'A drawn answer', value: percent(likely), note: 'so likely on average', level: likely },
    { label: 'Answers above 0', value: percent(modelOdds), note: `of 200 drawn; truly ${percent(odds)}` },
    {
      label: 'Odds that are wrong',
      value: percent(apart),
      note: 'half the area between the two curves',
      level: 1 - apart,
    },
  ]
}

function describe({ step, numbers: { question, meanLikely, likely } }: Frame): string {
  const told =
    meanLikely === undefined || likely === undefined
      ? ''
      : ` The average is ${Math.round(100 * meanLikely)} % as likely as the likeliest answer; drawn answers are ${Math.round(100 * likely)} %.`
  return `Answers to the question ${question?.toFixed(2)} after ${step} steps.${told}`
}
