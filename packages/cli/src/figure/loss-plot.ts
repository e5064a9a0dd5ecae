/** The loss curve of a run as an SVG file: the raw values in the background, their running mean in front, held-out losses beside. */
import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'

/** One point of a curve. */
export interface LossPoint {
  readonly step: number
  readonly loss: number
}

const size = { width: 720, height: 360, left: 64, right: 16, top: 28, bottom: 40 }

/** Exponential running mean, corrected for its start at zero, over so few steps that it lags by 5 % of a run at most. */
function smooth(points: readonly LossPoint[]): LossPoint[] {
  const decay = 1 - Math.max(0.03, Math.min(1, 20 / points.length))
  let mean = 0
  let weight = 0
  return points.map(({ step, loss }) => {
    mean = decay * mean + (1 - decay) * loss
    weight = decay * weight + (1 - decay)
    return { step, loss: mean / weight }
  })
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string)

/**
 * Draws losses over steps; the loss axis is logarithmic when all losses are positive.
 *
 * @example
 * lossPlot([{ step: 1, loss: 1 }, { step: 2, loss: 0.5 }], { title: 'training' }).startsWith('<svg') // true
 */
export function lossPlot(
  points: readonly LossPoint[],
  { title = 'loss', heldOut = [] }: { title?: string; heldOut?: readonly LossPoint[] } = {},
): string {
  const losses = [...points, ...heldOut].map(({ loss }) => loss)
  const [low, high] = [Math.min(...losses), Math.max(...losses)]
  const across = scaleLinear([points[0]?.step ?? 0, points.at(-1)?.step ?? 1], [size.left, size.width - size.right])
  const range = [size.height - size.bottom, size.top]
  const up = low > 0 ? scaleLog([low, high], range) : scaleLinear([low, high], range)
  const path = line<LossPoint>(
    ({ step }) => across(step),
    ({ loss }) => up(loss),
  )
  const xTicks = across
    .ticks(8)
    .map(
      (tick) => `<text x="${across(tick)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${tick}</text>`,
    )
  const yTicks = up
    .ticks(5)
    .map(
      (tick) =>
        `<line x1="${size.left}" x2="${size.width - size.right}" y1="${up(tick)}" y2="${up(tick)}" stroke="#ddd"/>` +
        `<text x="${size.left - 8}" y="${up(tick) + 4}" text-anchor="end">${Number(tick.toPrecision(3))}</text>`,
    )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${size.height}" fill="white"/>`,
    ...yTicks,
    ...xTicks,
    `<text x="${size.width / 2}" y="16" text-anchor="middle" font-size="14">${escapeXml(title)}</text>`,
    `<text x="${size.width / 2}" y="${size.height - 6}" text-anchor="middle">step</text>`,
    `<path d="${path(points) ?? ''}" fill="none" stroke="#a6c8e8"/>`,
    `<path d="${path(smooth(points)) ?? ''}" fill="none" stroke="#1f5fa8" stroke-width="2"/>`,
    ...heldOut.map(({ step, loss }) => `<circle cx="${across(step)}" cy="${up(loss)}" r="3" fill="#c2571a"/>`),
    ...(heldOut.length > 0
      ? [
          `<path d="${path([...heldOut]) ?? ''}" fill="none" stroke="#c2571a" stroke-width="2"/>`,
          `<text x="${size.width - size.right}" y="${size.top}" text-anchor="end" fill="#c2571a">held out</text>`,
        ]
      : []),
    '</svg>',
  ].join('\n')
}
