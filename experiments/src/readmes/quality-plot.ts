/** Samples beside data, with the numbers that tell what is wrong with them. @module */
import { fold, type Key, normalArray } from '@gen/backend'
import { gaussianRing } from '@gen/data'
import { prdc } from '@gen/metrics'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

const count = 400
const ring = gaussianRing()

/** Samples of a ring of eight modes as generators make them. */
const generators: Readonly<Record<string, (key: Key) => Float32Array>> = {
  'like the data': (key) => ring.draw(count, key).points,
  'modes lost': (key) => {
    const { points, labels } = ring.draw(8 * count, key)
    return points.filter((_, i) => (labels[i >> 1] as number) < 3).slice(0, 2 * count)
  },
  blurred: (key) => {
    const noise = normalArray(fold(key, 1), count, 2)
    return ring.draw(count, key).points.map((value, i) => value + 0.4 * noise[i]!)
  },
}

export interface SampleSet {
  readonly name: string
  readonly real: Float32Array
  readonly fake: Float32Array
  readonly values: Readonly<Record<'precision' | 'recall' | 'density' | 'coverage', number>>
}

/** Each generator's samples, measured against the data's. */
export function samplesBeside(key: Key): SampleSet[] {
  const real = ring.draw(count, fold(key, 0)).points
  return Object.entries(generators).map(([name, draw], i) => {
    const fake = draw(fold(key, i + 1))
    const vectors = (data: Float32Array) => ({ rows: count, columns: 2, data })
    const { precision, recall, density, coverage } = prdc(vectors(real), vectors(fake))
    const values = {
      ...{ precision: precision.value, recall: recall.value },
      density: density.value,
      coverage: coverage.value,
    }
    return { name, real, fake, values }
  })
}

/** Data gray, samples in color, and the numbers above: a panel for each generator. */
export async function qualityPlot(sets: readonly SampleSet[]): Promise<string> {
  const panels = sets.map(({ name, values }) => {
    const numbers = Object.entries(values).map(([word, value]) => `${word} ${value.toFixed(2)}`)
    return [name, `${numbers[0]}, ${numbers[1]}`, `${numbers[2]}, ${numbers[3]}`]
  })
  const pointsOf = (points: Float32Array, kind: string) =>
    Array.from({ length: count }, (_, i) => ({ kind, x: points[2 * i], y: points[2 * i + 1] }))
  const axis = (field: 'x' | 'y') => ({
    ...{ field, type: 'quantitative' as const, title: null, axis: null },
    scale: { domain: [-3.2, 3.2] },
  })
  const color = {
    ...{ field: 'kind', type: 'nominal' as const, title: null },
    scale: { domain: ['data', 'samples'], range: ['#c4c4c4', '#d9480f'] },
    legend: { orient: 'bottom' as const, symbolOpacity: 1 },
  }
  const spec = {
    ...{ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', background: 'white', padding: 12 },
    config: {
      aria: false,
      view: { stroke: '#ddd' },
      title: { fontSize: 13, subtitleFontSize: 12, subtitleColor: '#555' },
    },
    hconcat: sets.map(({ real, fake }, i) => ({
      ...{ width: 220, height: 220, title: { text: panels[i]![0], subtitle: panels[i]!.slice(1) } },
      data: { values: [...pointsOf(real, 'data'), ...pointsOf(fake, 'samples')] },
      mark: { type: 'circle', size: 10, opacity: 0.65, clip: true },
      encoding: { x: axis('x'), y: axis('y'), color },
    })),
  } as TopLevelSpec
  const drawn = await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
  // A tenth of a pixel is seen by nobody, and makes half of the file.
  return drawn.replaceAll(/\d+\.\d{3,}/g, (number) => Number(number).toFixed(1))
}
