/** How often numbers occur. @module */
import { axes } from './axes.ts'
import { type Block, round } from './block.ts'

const bins = 40

/** Draws how many of the values lie in each of 40 equal parts of their range. */
export function histogram(values: ArrayLike<number>, { side = 440 }: { side?: number } = {}): Block {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) [low, high] = [Math.min(low, values[i]!), Math.max(high, values[i]!)]
  if (!(high > low)) [low, high] = [(low || 0) - 0.5, (low || 0) + 0.5]
  const counts = new Array<number>(bins).fill(0)
  const width = (high - low) / bins
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor((values[i]! - low) / width))]! += 1
  const frame = { side, x: [low, high], y: [0, Math.max(...counts) * 1.05], xName: 'x', yName: 'samples' } as const
  return axes(frame, ({ across, up }) =>
    counts
      .map((count, i) => {
        const [from, to] = [across(low + i * width), across(low + (i + 1) * width)]
        return `<rect x="${round(from)}" y="${round(up(count))}" width="${round(to - from)}" height="${round(side - up(count))}" fill="#1f5fa8"/>`
      })
      .join(''),
  )
}
