/** Charts of results, as SVG. @module */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** A point of a curve. */
export interface Point {
  readonly series: string
  readonly panel: string
  readonly x: number
  readonly y: number
  /** Written beside the point. */
  readonly note?: string
}

/** What the axes say. */
export interface ChartOptions {
  readonly title: string
  readonly x: { readonly name: string; readonly scale?: 'linear' | 'log'; readonly ticks?: readonly number[] }
  readonly y: { readonly name: string; readonly scale?: 'linear' | 'log' }
}

/** Curves of the series through their points in the order given, a panel beside the other. */
export async function chart(points: readonly Point[], { title, x, y }: ChartOptions): Promise<string> {
  const axis = (field: 'x' | 'y', { name, scale = 'linear' }: ChartOptions['y'], values?: readonly number[]) => ({
    ...{
      field,
      type: 'quantitative' as const,
      title: name,
      scale: { type: scale, ...(scale === 'linear' ? { zero: false } : { nice: false, padding: 12 }) },
    },
    axis: values ? { values: [...values] } : {},
  })
  const encoding = { x: axis('x', x, x.ticks), y: axis('y', y) }
  const series = [...new Set(points.map((point) => point.series))]
  const color =
    series.length > 1
      ? {
          color: {
            field: 'series',
            type: 'nominal' as const,
            title: null,
            sort: series,
            scale: { scheme: 'tableau10' },
          },
        }
      : {}
  const spec: TopLevelSpec = {
    ...{
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      title,
      background: 'white',
      config: { legend: { labelLimit: 0 } },
    },
    data: { values: points.map((point, at) => ({ ...point, at })) },
    facet: { column: { field: 'panel', type: 'nominal', title: null } },
    resolve: { scale: { y: 'independent' } },
    spec: {
      ...{ width: 320, height: 260 },
      layer: [
        {
          mark: { type: 'line', point: true },
          encoding: { ...encoding, ...color, order: { field: 'at', type: 'quantitative' } },
        },
        ...(points.some(({ note }) => note)
          ? [
              {
                mark: { type: 'text' as const, dx: 6, dy: -6, align: 'left' as const },
                encoding: { ...encoding, text: { field: 'note' } },
              },
            ]
          : []),
      ],
    },
  } as TopLevelSpec
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
