/** A square of the plane with axes, ticks and names. @module */
import { scaleLinear } from 'd3-scale'
import { type Block, faint, ink, lineHeight, round, textAt, widthOf } from './block.ts'

/** What the axes show. */
export interface AxesOptions {
  /** In pixels. */
  readonly side: number
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  readonly xName: string
  readonly yName: string
  /** Above the square. */
  readonly title?: string
}

/** Where a value lies on an axis, in pixels from the left, and from the top. */
export interface Places {
  across(x: number): number
  up(y: number): number
}

const bottom = 36
const tick = 4

/** Draws what `content` gives within the frame of the axes. */
export function axes(
  { side, x, y, xName, yName, title = '' }: AxesOptions,
  content: (places: Places) => string,
): Block {
  const across = scaleLinear([...x], [0, side])
  const up = scaleLinear([...y], [side, 0])
  const [xTicks, yTicks] = [across.ticks(5), up.ticks(5)]
  const yTexts = yTicks.map(up.tickFormat(5))
  const numbers = Math.max(...yTexts.map(widthOf), 0) + tick + 6
  const left = numbers + lineHeight
  const top = title ? 22 : 6
  const xFormat = across.tickFormat(5)
  return {
    width: left + Math.max(side + 24, widthOf(title)),
    height: top + side + bottom,
    svg: [
      title ? textAt(left, 10, title, { bold: true }) : '',
      `<g transform="translate(${left} ${top})">`,
      `<svg width="${side}" height="${side}" overflow="hidden">${content({ across, up })}</svg>`,
      `<rect width="${side}" height="${side}" fill="none" stroke="${faint}"/>`,
      ...xTicks.map((value) => mark(across(value), side, 0, tick)),
      ...xTicks.map((value) => textAt(across(value), side + 17, xFormat(value), { anchor: 'middle' })),
      ...yTicks.map((value) => mark(0, up(value), -tick, 0)),
      ...yTicks.map((value, i) => textAt(-tick - 3, up(value) + 4, yTexts[i]!, { anchor: 'end' })),
      textAt(side / 2, side + 32, xName, { anchor: 'middle' }),
      `<g transform="translate(${-numbers - 2} ${side / 2}) rotate(-90)">${textAt(0, 0, yName, { anchor: 'middle' })}</g>`,
      '</g>',
    ].join(''),
  }
}

function mark(x: number, y: number, dx: number, dy: number): string {
  const [fromX, fromY] = [round(x), round(y)]
  return `<line x1="${fromX}" y1="${fromY}" x2="${round(x + dx)}" y2="${round(y + dy)}" stroke="${ink}"/>`
}

/** A bar of colors from low (below) to high, with values beside it. */
export function colorBar({
  height,
  high,
  name,
  color,
}: {
  height: number
  /** The value at the upper end; the lower end is 0. */
  high: number
  name: string
  /** CSS color of a share in [0, 1]. */
  color: (share: number) => string
}): Block {
  const [width, bands, top] = [14, 64, 22]
  const up = scaleLinear([0, high], [height, 0])
  const ticks = up.ticks(5)
  const format = up.tickFormat(5)
  const band = (i: number): string =>
    `<rect y="${round((height * (bands - 1 - i)) / bands)}" width="${width}" height="${round(height / bands) + 0.5}" fill="${color(i / (bands - 1))}"/>`
  return {
    width: Math.max(width + 8 + Math.max(...ticks.map((value) => widthOf(format(value)))), widthOf(name)),
    height: top + height,
    svg: [
      textAt(0, 10, name),
      `<g transform="translate(0 ${top})">`,
      ...Array.from({ length: bands }, (_, i) => band(i)),
      `<rect width="${width}" height="${height}" fill="none" stroke="${faint}"/>`,
      ...ticks.map((value) => textAt(width + 6, up(value) + 4, format(value))),
      '</g>',
    ].join(''),
  }
}
