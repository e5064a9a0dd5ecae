/** Answers around a circle, a panel for each way of answering. @module */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** A drawn point. */
export interface Answer {
  readonly panel: string
  /** What was asked. */
  readonly question: string
  readonly x: number
  readonly y: number
  /** An answer, or the mean of all answers to a question. */
  readonly kind: 'answer' | 'mean'
}

/** Answers as dots, their means as crosses, over the circle on which all that is right lies. */
export async function circlePlot(answers: readonly Answer[], title: string): Promise<string> {
  const panels = [...new Set(answers.map(({ panel }) => panel))]
  const turns = Array.from({ length: 121 }, (_, i) => (i / 60) * Math.PI)
  const circle = panels.flatMap((panel) =>
    turns.map((at, i) => ({ panel, kind: 'circle', i, x: Math.cos(at), y: Math.sin(at) })),
  )
  const axis = (field: 'x' | 'y') => ({
    ...{ field, type: 'quantitative' as const, title: null, scale: { domain: [-1.4, 1.4] } },
    axis: { values: [-1, 0, 1] },
  })
  const encoding = { x: axis('x'), y: axis('y') }
  const only = (kind: string) => [{ filter: `datum.kind === '${kind}'` }]
  const color = { field: 'question', type: 'nominal' as const, title: 'x is', scale: { scheme: 'tableau10' as const } }
  const spec = {
    ...{ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', title, background: 'white' },
    data: { values: [...circle, ...answers] },
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: panels } },
    spec: {
      ...{ width: 200, height: 200 },
      layer: [
        {
          mark: { type: 'line', color: '#bbb' },
          transform: only('circle'),
          encoding: { ...encoding, order: { field: 'i', type: 'quantitative' } },
        },
        {
          mark: { type: 'circle', size: 12, opacity: 0.5 },
          transform: only('answer'),
          encoding: { ...encoding, color },
        },
        {
          mark: { type: 'point', shape: 'cross', size: 90, filled: true, stroke: 'black' },
          transform: only('mean'),
          encoding: { ...encoding, color },
        },
      ],
    },
  } as TopLevelSpec
  return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
