/** Figures explain themselves: each row, column, axis and color says what it is, where it is. */
import { key, uniform } from '@gen/backend'
import type { DensityPicture } from '@gen/flows'
import { densityImages, densityScale } from '@gen/flows'
import { decodePng, encodePng, grid } from '@gen/io'
import type { DiagnosisPanels } from '@gen/vae/diagnosis'
import { type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { figureFile, pictureOf } from '../run/picture.ts'
import { alignFigure } from './align-figure.ts'
import { beside, paragraph, shortened, svgDocument, under, widthOf } from './block.ts'
import { densityFigure } from './density-figure.ts'
import { amountName, diagnosisFigure } from './diagnosis-figure.ts'
import { editFigure } from './edit-figure.ts'
import { histogram } from './histogram.ts'
import { scatter } from './scatter-plot.ts'
import { scaleFor, sheet } from './sheet.ts'

const images = (count: number, side = 4): Tensor4D => uniform(key(count), [count, side, side, 1]) as Tensor4D
const texts = (svg: string) =>
  [...svg.matchAll(/<text x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)<\/text>/g)].map(([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text: text!,
  }))
const words = (svg: string) => texts(svg).map(({ text }) => text)

describe('sheet', () => {
  it('enlarges each pixel to a square of equal ones, and changes none', async () => {
    const x = images(6, 5)
    const [plain, { file }] = [
      tidy(() => encodePng(grid(x, { columns: 3 }))),
      await figureFile(sheet(x, { columns: 3, scale: 3 })),
    ]
    const [small, large] = [decodePng(plain), decodePng(file as Uint8Array)]
    const [height, width] = small.shape
    const [values, drawn] = [await small.data(), await large.data()]
    const [tall, wide, channels = 1] = large.shape
    expect([tall, wide]).toEqual([3 * height + 24, 3 * width + 24])
    for (let row = 0; row < 3 * height; row++) {
      for (let column = 0; column < 3 * width; column++) {
        const from = values[Math.floor(row / 3) * width + Math.floor(column / 3)]
        expect(drawn[((row + 12) * wide! + column + 12) * channels]).toBe(from)
      }
    }
    for (const tensor of [x, small, large]) tensor.dispose()
  })

  it('has the name of each row beside its middle, and of each column above it', () => {
    const x = images(6)
    const { svg, width, height } = sheet(x, { columns: 3, rows: ['one', 'three'], names: ['a', 'b', 'c'], scale: 10 })
    x.dispose()
    const left = widthOf('three') + 8
    expect([width, height]).toEqual([left + 10 * (3 * 6 + 2), 18 + 10 * (2 * 6 + 2)])
    // Cells are 4 pixels between paddings of 2, ten times as large, under a line of names.
    expect(texts(svg)).toEqual([
      { x: left - 8, y: 18 + 10 * 4 + 4, text: 'one' },
      { x: left - 8, y: 18 + 10 * 10 + 4, text: 'three' },
      { x: left + 40, y: 12, text: 'a' },
      { x: left + 100, y: 12, text: 'b' },
      { x: left + 160, y: 12, text: 'c' },
    ])
  })

  it('shortens names that are wider than columns, then leaves some out', () => {
    const x = images(4)
    const named = (scale: number) =>
      words(sheet(x, { columns: 4, names: ['class 0', 'class 1', 'class 2', 'class 3'], scale }).svg)
    expect(named(10)).toEqual(['class 0', 'class 1', 'class 2', 'class 3'])
    expect(named(3)).toEqual(['0', '1', '2', '3'])
    expect(named(1)).toEqual(['0', '', '2', ''])
    x.dispose()
  })

  it('is about 72 pixels an image unless told', () => {
    expect([28, 32, 64, 96, 512, 1].map((width) => scaleFor(width, 0))).toEqual([3, 2, 1, 1, 1, 72])
    expect(scaleFor(28, 2)).toBe(2)
  })
})

describe('axes', () => {
  it('of points have ticks with their values, at their places, and names', () => {
    const { svg } = scatter([2, -2, 0, 1], { side: 210, names: ['left', 'up'] })
    expect(words(svg)).toEqual(expect.arrayContaining(['−2', '0', '2', 'left', 'up']))
    const [first, second] = [...svg.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])
    // ±2.1 over 210 pixels.
    expect(first).toEqual([205, 205])
    expect(second).toEqual([105, 55])
    const zero = texts(svg).filter(({ text }) => text === '0')
    expect(zero.map(({ x }) => x)).toContain(105)
  })

  it('of one number count it', () => {
    const svg = histogram([0, 0, 0, 1]).svg
    const bars = [...svg.matchAll(/height="([^"]+)" fill="#1f5fa8"/g)].map(([, height]) => Number(height))
    expect(bars[0]! / bars.at(-1)!).toBeCloseTo(3, 2)
    expect(bars.filter((height) => height > 0)).toHaveLength(2)
    expect(histogram([5, 5]).svg).not.toContain('NaN')
  })
})

describe('density', () => {
  const density = Float32Array.from({ length: 100 }, (_, i) => i / 100)
  const centers = Float32Array.from({ length: 10 }, (_, i) => -4.5 + i)
  const picture: DensityPicture = {
    range: [-5, 5],
    centers,
    density,
    lines: [Float32Array.of(0, 0, 1, 1), Float32Array.of(0, 0, 1, 0)],
  }

  it('has axes, a scale in the colors of the picture, and says what the lines are', async () => {
    const { svg } = densityFigure(picture, { scale: 20 })
    expect(words(svg)).toEqual(expect.arrayContaining(['density', 'x0', 'x1', '−4', '4', 'p(x)', '0.0', '0.8']))
    expect(svg).toContain('z0')
    const { top, color } = densityScale(picture)
    expect(top).toBeCloseTo(0.98, 6)
    // The cell of half the top density, against the band of the bar at half its height.
    const half = density.findIndex((value) => value >= top / 2)
    const drawn = densityImages(picture, { scale: 1 })
    const pixel = (await drawn.data()).subarray(3 * half, 3 * half + 3)
    drawn.dispose()
    for (const [i, value] of color(density[half]! / top).entries()) expect(pixel[i]).toBeCloseTo(value, 5)
    const bands = [...svg.matchAll(/<rect y="([^"]+)" width="14" [^>]*fill="rgb\((\d+) (\d+) (\d+)\)"/g)]
    expect(bands).toHaveLength(64)
    const css = (share: number) => color(share).map((value) => String(Math.round(255 * value)))
    expect(bands[0]!.slice(2, 5)).toEqual(css(0))
    expect(bands[63]!.slice(2, 5)).toEqual(css(1))
    // Low below, high above.
    expect(Number(bands[0]![1])).toBeGreaterThan(Number(bands[63]![1]))
  })
})

describe('edit', () => {
  it('names each column by its amount, each row by its example, and tells how good the boundary is', () => {
    const x = images(6)
    const { svg } = editFigure(x, {
      ...{
        attribute: '7',
        kept: ['1'],
        amounts: [-3, 0],
        rows: ['#9 with', '#8 without'],
        told: ['7: right'],
        scale: 20,
      },
    })
    x.dispose()
    expect(words(svg).slice(0, 6)).toEqual([
      'less ← 7 → more, keeping 1',
      '#9 with',
      '#8 without',
      'example',
      '−3.0 σ',
      '0 σ',
    ])
    expect(words(svg).at(-1)).toBe('7: right')
  })

  it('writes amounts with their sign', () => {
    expect([-2.5, 0, -0.01, 1.25].map((amount) => amountName(amount))).toEqual(['−2.5 σ', '0 σ', '0 σ', '+1.3 σ'])
  })
})

describe('diagnosis', () => {
  it('says what each row is, with the variable and its deviation, and what the columns are', () => {
    const [items, reconstructions, samples, moved] = [images(2), images(2), images(4), images(4)]
    const panels: DiagnosisPanels = {
      ...{ columns: 2, items, reconstructions, samples },
      traversals: { images: moved, variables: [3, 1], amounts: [-2.5, 2.5] },
      deviations: [0.1, 0.52, 0.3, 0.94],
      codes: { variables: [3, 1], points: Float32Array.of(1, 1, -1, 0) },
      dispose: () => {},
    }
    const { svg } = diagnosisFigure(panels, { findings: ['ok  balance'], scale: 20 })
    const found = words(svg).map((word) => word.trim())
    expect(found).toEqual(
      expect.arrayContaining([
        'data',
        'reconstructed',
        'samples',
        'z3, σ 0.94',
        'z1, σ 0.52',
        '−2.5 σ',
        '+2.5 σ',
        'z3',
        'z1',
        'findings',
      ]),
    )
    expect(found.indexOf('z3, σ 0.94')).toBeLessThan(found.indexOf('z1, σ 0.52'))
    for (const tensor of [items, reconstructions, samples, moved]) tensor.dispose()
  })
})

describe('align', () => {
  it('names the rows by the models, and draws the errors to scale', () => {
    const x = images(8)
    const picture = tidy(() => encodePng(grid(x, { columns: 2 })))
    x.dispose()
    const error = (mean: number) => ({ mean, standardError: mean / 10 })
    const { svg } = alignFigure(
      picture,
      {
        ...{ names: ['runs/gan', 'runs/vae'], points: { support: 9, test: 2 } },
        latent: { r2: 0.5, mse: 1, cosine: 0.25 },
        map: { inputSize: 3, outputSize: 4, config: { method: 'ridge' } },
        images: {
          ...{ reconstruction: error(0.4), target: error(0.2), mapped: error(0.1), between: error(1) },
          baselines: { meanImage: error(0.3), nearest: error(0.05), shuffled: error(0.6) },
        },
      } as unknown as Parameters<typeof alignFigure>[1],
      10,
    )
    expect(words(svg)).toEqual(
      expect.arrayContaining([
        'test images',
        'through runs/gan',
        'through runs/gan and the map',
        'through runs/vae',
        '0.4',
        '0.05',
      ]),
    )
    const bars = [...svg.matchAll(/<rect [^>]*width="([^"]+)" height="12"/g)].map(([, width]) => Number(width))
    expect(bars.map((width) => Number((width / bars[0]!).toFixed(3)))).toEqual([1, 0.5, 0.25, 0.75, 0.125, 1.5])
    // The longest line, of 0.6 + 2 · 0.06, takes all 320 pixels.
    expect(bars[0]).toBeCloseTo((320 * 0.4) / 0.72, 1)
    const lines = [...svg.matchAll(/<line x1="([^"]+)" x2="([^"]+)" y1="([^"]+)" y2="\3" stroke="#222"/g)]
    const lengths = lines.map(([, from, to]) => Number(to) - Number(from))
    expect(lengths).toHaveLength(6)
    for (const [i, mean] of [0.4, 0.2, 0.1, 0.3, 0.05, 0.6].entries()) {
      expect(lengths[i]).toBeCloseTo((320 * 0.4 * mean) / 0.72, 1)
    }
  })
})

describe('figures', () => {
  it('put blocks under and beside each other', () => {
    const [a, b] = [paragraph(['aa', 'b']), paragraph(['cccc'])]
    expect([under([a, b], 10).width, under([a, b], 10).height]).toEqual([b.width, 32 + 10 + 16])
    expect([beside([a, b], 10).width, beside([a, b], 10).height]).toEqual([a.width + 10 + b.width, 32])
    expect(svgDocument(paragraph(['a < b & "c"']))).toContain('a &lt; b &amp; &quot;c&quot;')
    expect(shortened('a/long/path', 6)).toBe('…/path')
  })

  it('refuse to be larger than 2²⁶ pixels', async () => {
    const huge = { width: 10_000, height: 10_000, svg: '' }
    await expect(figureFile(huge)).rejects.toThrow(
      'expected a picture of at most 8192 × 8192 pixels, got 10024 × 10024',
    )
  })

  it('are text where svg is asked for, and letters leave ink in png', async () => {
    const block = paragraph(['σ → −2'])
    expect((await figureFile(block, 'svg')).file).toContain('<text')
    const png = decodePng((await figureFile(block)).file as Uint8Array)
    expect(Math.min(...(await png.data()))).toBeLessThan(0.5)
    png.dispose()
  })
})

describe('pictureOf', () => {
  it('draws images, points and single numbers, in both formats, and refuses the rest', async () => {
    const [x, points, numbers, odd] = [
      images(4),
      uniform(key(0), [9, 2]),
      uniform(key(0), [9, 1]),
      uniform(key(0), [2, 3, 4]),
    ]
    expect((await pictureOf(x)).extension).toBe('png')
    expect((await pictureOf(x, { extension: 'svg' })).file).toContain('<image')
    expect((await pictureOf(points)).extension).toBe('svg')
    expect((await pictureOf(points, { extension: 'png' })).file).toBeInstanceOf(Uint8Array)
    expect((await pictureOf(numbers)).file).toContain('samples')
    await expect(pictureOf(odd)).rejects.toThrow('got [2, 3, 4]; write .npy instead')
    const plain = (await pictureOf(x, { columns: 2 })).file
    expect(plain).toEqual(tidy(() => encodePng(grid(x, { columns: 2 }))))
    for (const tensor of [x, points, numbers, odd]) tensor.dispose()
    const blank = tensor4d([0, 0, 0, 0], [1, 2, 2, 1])
    expect((await pictureOf(blank, { names: ['class 1'], columns: 1, scale: 30, extension: 'svg' })).file).toContain(
      '>class 1<',
    )
    blank.dispose()
  })
})
