/** Points in the plane. @module */
import { axes } from './axes.ts'
import { type Block, round, svgDocument } from './block.ts'

/** How points are drawn. */
export interface ScatterOptions {
  /** Of the square, in pixels. @default 440 */
  side?: number
  /** Of the axes. @default ['x0', 'x1'] */
  names?: readonly [x: string, y: string]
  title?: string
  /** Class of each point, which have a color each; one color without. */
  classes?: ArrayLike<number>
}

/** Tableau's ten, which also color-blind eyes tell apart fairly well. */
export const palette: readonly string[] = [
  '#4e79a7',
  '#f28e2b',
  '#e15759',
  '#76b7b2',
  '#59a14f',
  '#edc948',
  '#b07aa1',
  '#ff9da7',
  '#9c755f',
  '#bab0ac',
]

/** Draws points `x₀ y₀ x₁ y₁ …` with equal scales on both axes, which cross in the middle. */
export function scatter(
  points: ArrayLike<number>,
  { side = 440, names = ['x0', 'x1'], title, classes }: ScatterOptions = {},
): Block {
  let extent = 0
  for (let i = 0; i < points.length; i++) extent = Math.max(extent, Math.abs(points[i]!))
  const reach = (extent || 1) * 1.05
  const square = { side, x: [-reach, reach], y: [-reach, reach] } as const
  return axes({ ...square, xName: names[0], yName: names[1], ...(title && { title }) }, ({ across, up }) => {
    const dots: string[] = []
    for (let i = 0; i + 1 < points.length; i += 2) {
      const color = classes ? ` fill="${palette[classes[i / 2]! % palette.length]}"` : ''
      dots.push(`<circle cx="${round(across(points[i]!))}" cy="${round(up(points[i + 1]!))}" r="1.8"${color}/>`)
    }
    return `<g fill="#1f5fa8" fill-opacity="0.6">${dots.join('')}</g>`
  })
}

/**
 * {@link scatter} as an SVG document.
 *
 * @example
 * scatterPlot([0, 0, 1, 1]).startsWith('<svg') // true
 */
export function scatterPlot(points: ArrayLike<number>, options: ScatterOptions = {}): string {
  return svgDocument(scatter(points, options))
}
