/** Points in the plane as an SVG file. @module */
import { scaleLinear } from 'd3-scale'

const side = 480
const margin = 24

/**
 * Draws points `x₀ y₀ x₁ y₁ …` with equal scales on both axes.
 *
 * @example
 * scatterPlot([0, 0, 1, 1]).startsWith('<svg') // true
 */
export function scatterPlot(points: ArrayLike<number>): string {
  let extent = 0
  for (let i = 0; i < points.length; i++) extent = Math.max(extent, Math.abs(points[i] as number))
  const across = scaleLinear([-extent || -1, extent || 1], [margin, side - margin])
  const dots: string[] = []
  for (let i = 0; i + 1 < points.length; i += 2) {
    dots.push(
      `<circle cx="${across(points[i] as number).toFixed(1)}" cy="${(side - across(points[i + 1] as number)).toFixed(1)}" r="1.5"/>`,
    )
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}">`,
    `<rect width="${side}" height="${side}" fill="white"/>`,
    `<g fill="#1f5fa8" fill-opacity="0.6">${dots.join('')}</g>`,
    '</svg>',
  ].join('\n')
}
