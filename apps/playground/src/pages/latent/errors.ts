/** The error of the mean against the number of draws, both logarithmic. @module */
import type { Palette } from '../../look/roles.ts'
import { type Camera, type Surface, toCanvas } from '../../marks/camera.ts'
import { path } from '../../marks/contour.ts'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'

/** Powers of ten of errors, from the lowest to a little above 1. */
const [lowest, highest] = [-5, 0.5]
/** Pixels left of the curves and below them, where their numbers stand. */
const [left, below] = [40, 24]
const font = '13px system-ui, sans-serif'

/** Draws errors up to now, the standard error, and the line on which it should lie. */
export function paintErrors(
  context: Surface,
  player: Player,
  { numbers, step }: Frame,
  size: Pick<Camera, 'width' | 'height'>,
  palette: Palette,
): void {
  const steps = player.curves.length()
  if (steps === 0) {
    label(context, 'after the first draws', [12, size.height / 2], palette)
    return
  }
  const perStep = numbers.n! / Math.max(1, step)
  const [at, miss, error] = player.curves.thinned(['estimate/miss', 'estimate/error'], steps, 600)
  const most = Math.max(2, Math.ceil(Math.log10(perStep * player.page.end)))
  const decades = framed(size, most)
  grid(context, decades, most, palette)
  const curve = (values: readonly (number | null)[] | undefined) =>
    (values ?? []).flatMap((value, i) =>
      value !== null && value > 0 ? [Math.log10(at![i]! * perStep), Math.max(lowest, Math.log10(value))] : [],
    )
  const expected = curve(error)
  path(context, curve(miss), decades, { color: palette.error, width: 1.3, alpha: 0.8 })
  path(context, expected, decades, { color: palette.ink, width: 2 })
  slope(context, expected.slice(-2), decades, most, palette)
}

/** The dashed line of slope −½ that ends where the standard error does. */
function slope(
  context: Surface,
  [x = 0, y = 0]: readonly number[],
  decades: Camera,
  most: number,
  palette: Palette,
): void {
  const start = y + x / 2
  path(context, [0, start, most, start - most / 2], decades, { color: palette.muted, width: 1.2, dash: [4, 4] })
  label(context, 'slope −½', [left + 4, toCanvas(decades, 0, start)[1] - 9], palette)
}

/** Leaves room for numbers at the left and below. */
function framed({ width, height }: Pick<Camera, 'width' | 'height'>, most: number): Camera {
  const [across, up] = [most / (width - left), (highest - lowest) / (height - below)]
  return { width, height, x: [-left * across, most], y: [lowest - below * up, highest] }
}

function grid(context: Surface, decades: Camera, most: number, palette: Palette): void {
  for (let decade = lowest; decade <= highest; decade++) {
    path(context, [0, decade, most, decade], decades, { color: palette.rule, width: 1 })
    label(context, power(decade), [left - 6, toCanvas(decades, 0, decade)[1] + 4], palette, 'right')
  }
  for (let decade = 0; decade < most; decade++) {
    path(context, [decade, lowest, decade, highest], decades, { color: palette.rule, width: 1 })
    label(context, power(decade), [toCanvas(decades, decade, 0)[0], decades.height - 7], palette, 'center')
  }
}

function label(
  context: Surface,
  text: string,
  [x, y]: readonly [number, number],
  palette: Palette,
  align: CanvasTextAlign = 'left',
): void {
  context.fillStyle = palette.muted
  context.font = font
  context.textAlign = align
  context.strokeStyle = palette.paper
  context.lineWidth = 4
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
  context.textAlign = 'left'
}

/** Ten to the power of n, as people write it. */
function power(n: number): string {
  if (n === 0) return '1'
  if (n === 1) return '10'
  return `10${String(n).replace(/[-\d]/g, (sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)]!))}`
}
