/** A walker on its board, where it may be next, and how often. @module */
import type { JSX } from 'preact'
import { mix } from '../../look/mix.ts'
import type { Palette } from '../../look/roles.ts'
import { type Camera, fromCanvas, type Surface } from '../../marks/camera.ts'
import { path } from '../../marks/contour.ts'
import { points } from '../../marks/points.ts'
import { Canvas } from '../../shell/canvas.tsx'
import type { Player } from '../../shell/page.ts'
import type { Frame } from '../../trainer/protocol.ts'
import { Odds } from './odds.tsx'
import { few, moves, side } from './view.ts'

/** Rows grow downwards: places are whole numbers at the middles of squares. */
const board = (size: number): Camera => ({ width: size, height: size, x: [-0.5, side - 0.5], y: [side - 0.5, -0.5] })

/** The picture of the page. */
export function Picture({ player }: { readonly player: Player }): JSX.Element {
  const frame = player.painted.value >= 0 ? player.frame() : undefined
  const words = frame && player.status.value !== 'playing' ? player.page.describe(frame) : player.page.title
  const place = player.probe.value[0] ?? 0
  const [row, column] = [Math.floor(place / side), place % side]
  return (
    <div class="game">
      <figure>
        <button
          type="button"
          class="board"
          aria-label={`The board: the walker is in row ${row + 1}, column ${column + 1}; arrow keys move it`}
          onKeyDown={(event) => walk(player, event)}
          onClick={(event) => event.detail > 0 && jump(player, event)}
        >
          <Canvas
            label={`The board. ${words}`}
            paint={(context, { width }, palette) =>
              frame && paintBoard(context, frame, width, palette, player.layers.value)
            }
          />
        </button>
        <figcaption>the ring is the walker: press a place, or move it by the arrow keys</figcaption>
      </figure>
      <figure>
        <Odds frame={frame} />
        <figcaption>
          how often each move is made, <span class="role-data">truly</span> and by the{' '}
          <span class="role-model">model</span>, of 200 drawn
        </figcaption>
      </figure>
    </div>
  )
}

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

function walk(player: Player, event: KeyboardEvent): void {
  const step = steps[event.key]
  if (!step) return
  event.preventDefault()
  const place = player.probe.value[0] ?? 0
  const [row, column] = [Math.floor(place / side) + step[0], (place % side) + step[1]]
  if (row >= 0 && column >= 0 && row < side && column < side) player.setProbe([row * side + column])
}

function jump(player: Player, event: MouseEvent): void {
  const { left, top, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
  const [column, row] = fromCanvas(board(width), event.clientX - left, event.clientY - top)
  player.setProbe([Math.round(row) * side + Math.round(column)])
}

function paintBoard(
  context: Surface,
  { arrays, numbers }: Frame,
  width: number,
  palette: Palette,
  layers: readonly string[],
): void {
  const { made, mean, truth } = arrays
  const { place } = numbers
  if (!made || !mean || !truth || place === undefined) return
  const camera = board(width)
  const [row, column] = [Math.floor(place / side), place % side]
  if (layers.includes('truth')) paintTruth(context, { truth, row, column }, width, palette)
  for (let line = 0.5; line < side - 1; line++) {
    const style = { color: palette.rule, width: 1 }
    path(context, [line, -0.5, line, side - 0.5], camera, style)
    path(context, [-0.5, line, side - 0.5, line], camera, style)
  }
  points(context, [column, row], camera, { color: palette.ink, shape: 'ring', size: width / side / 4 })
  const at = (values: Float32Array) =>
    Array.from({ length: values.length / 2 }, (_, i) => [column + values[2 * i + 1]!, row + values[2 * i]!]).flat()
  if (layers.includes('answers')) {
    const style = { color: palette.model, shape: 'diamond' } as const
    points(context, at(made), camera, { ...style, size: 1.6, alpha: 0.3 })
    points(context, fanned(at(made.subarray(0, 2 * few))), camera, { ...style, size: 4.5, halo: palette.paper })
  }
  if (layers.includes('truth')) paintOdds(context, { truth, row, column }, width, palette)
  if (layers.includes('averages')) paintMean(context, at(mean), camera, palette)
}

/** Those that are one move stand around it, so that all six are seen. */
function fanned(places: readonly number[]): number[] {
  return places.map((at, i) => {
    const turn = (Math.PI * Math.floor(i / 2)) / (few / 2)
    return at + 0.2 * (i % 2 === 0 ? Math.cos(turn) : Math.sin(turn))
  })
}

interface Truth {
  readonly truth: Float32Array
  readonly row: number
  readonly column: number
}

/** The likelier a place is, the darker. */
function paintTruth(context: Surface, { truth, row, column }: Truth, width: number, palette: Palette): void {
  const square = width / side
  for (const [i, { down, right }] of moves.entries()) {
    const chance = truth[i]!
    if (chance === 0) continue
    const [x, y] = [(column + right) * square, (row + down) * square]
    const [red, green, blue] = mix(palette.paper, palette.data, Math.min(0.45, chance))
    context.fillStyle = `rgb(${red} ${green} ${blue})`
    context.fillRect(x, y, square, square)
  }
}

/** The odds in figures, over all that lies there. */
function paintOdds(context: Surface, { truth, row, column }: Truth, width: number, palette: Palette): void {
  const square = width / side
  context.font = '12px system-ui, sans-serif'
  context.lineWidth = 3
  context.strokeStyle = palette.paper
  context.fillStyle = palette.data
  for (const [i, { down, right }] of moves.entries()) {
    if (truth[i] === 0) continue
    const at = [(column + right) * square + 4, (row + down) * square + 13] as const
    const words = `${Math.round(100 * truth[i]!)} %`
    context.strokeText(words, ...at)
    context.fillText(words, ...at)
  }
}

/** The mean move, and the way to it. */
function paintMean(context: Surface, [x = 0, y = 0]: readonly number[], camera: Camera, palette: Palette): void {
  points(context, [x, y], camera, { color: palette.paper, shape: 'dot', size: 9, alpha: 0.8 })
  points(context, [x, y], camera, { color: palette.error, shape: 'cross', size: 7 })
}
