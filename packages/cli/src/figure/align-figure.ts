/** What `gen align` draws: images through both models and the map, and the map's error against what it has to beat. @module */
import type { Comparison } from '@gen/latent-tools'
import { scaleLinear } from 'd3-scale'
import { type Block, faint, lineHeight, paragraph, round, shortened, textAt, under, widthOf } from './block.ts'
import { sheetOfPng } from './sheet.ts'

type Found = Pick<Comparison, 'names' | 'points' | 'images' | 'latent' | 'map'>

/** Test images in the picture of a comparison. */
export const shownImages = 10

/** The picture of a comparison with a name beside each row, and the errors as bars. */
export function alignFigure(picture: Uint8Array, found: Found, scale: number): Block {
  const { names, points, map, latent } = found
  const [a, b] = names.map((name) => shortened(name, 24)) as [string, string]
  const rows = ['test images', `through ${a}`, `through ${a} and the map`, `through ${b}`]
  const columns = Math.min(shownImages, points.test)
  const told = [
    `${a} → ${b}`,
    `a ${map.config.method} map of ${map.inputSize} to ${map.outputSize} dimensions, fitted to ${points.support} images, measured on ${points.test} others`,
  ]
  const codes = `codes: R² ${latent.r2.toPrecision(3)}, cosine ${latent.cosine.toPrecision(3)} of the mapped against the true ones`
  return under([
    paragraph(told.slice(0, 1), { bold: true }),
    paragraph([...told.slice(1), codes]),
    sheetOfPng(picture, { rows, columns, scale }),
    errorBars(found.images, [a, b]),
  ])
}

/** Mean squared error per pixel, with two standard errors. */
function errorBars(
  { reconstruction, target, mapped, baselines }: Comparison['images'],
  [a, b]: [string, string],
): Block {
  const bars = [
    [`through ${a}`, reconstruction],
    [`through ${b}`, target],
    [`through ${a} and the map`, mapped],
    ['the mean image', baselines.meanImage],
    ['the nearest support image', baselines.nearest],
    ['a map of shuffled pairs', baselines.shuffled],
  ] as const
  const [left, width] = [Math.max(...bars.map(([name]) => widthOf(name))) + 8, 320]
  const most = Math.max(...bars.map(([, { mean, standardError }]) => mean + 2 * standardError), 1e-12)
  const across = scaleLinear([0, most], [0, width])
  const pitch = lineHeight + 4
  const drawn = bars.map(([name, { mean, standardError }], i) => {
    const [y, middle] = [i * pitch, i * pitch + 8]
    const [low, high] = [across(Math.max(0, mean - 2 * standardError)), across(mean + 2 * standardError)]
    return [
      textAt(left - 8, y + 12, name, { anchor: 'end' }),
      `<rect x="${left}" y="${y + 2}" width="${round(across(mean))}" height="12" fill="${i < 3 ? '#4e79a7' : '#bab0ac'}"/>`,
      `<line x1="${round(left + low)}" x2="${round(left + high)}" y1="${middle}" y2="${middle}" stroke="#222"/>`,
      textAt(left + high + 8, y + 12, String(Number(mean.toPrecision(3)))),
    ].join('')
  })
  const body: Block = {
    width: left + width + 80,
    height: bars.length * pitch,
    svg: `${drawn.join('')}<line x1="${left}" x2="${left}" y1="0" y2="${bars.length * pitch}" stroke="${faint}"/>`,
  }
  const title =
    'mean squared error per pixel on the test images (line: ± two standard errors; gray: what the map has to beat)'
  return under([paragraph([title], { bold: true }), body], 6)
}
