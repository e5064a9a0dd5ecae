/** A picture to take parts of, with pointer or keys. @module */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Palette } from '../../look/roles.ts'
import type { Surface } from '../../marks/camera.ts'
import { photos } from '../../marks/photos.ts'
import { Canvas } from '../../shell/canvas.tsx'
import { brushed, cells, type Hole, holes, pixels } from './view.ts'

const radius = 1.6
type Place = readonly [column: number, row: number]

/** Properties of {@link Brush}. */
export interface BrushProps {
  readonly face: Float32Array | undefined
  readonly hole: Hole
  readonly missing: 'everything' | 'colors'
  /** A stroke is done. */
  readonly change: (hole: Hole) => void
}

/** The face with what is missing of it. */
export function Brush({ face, hole, missing, change }: BrushProps): JSX.Element {
  const [takes, setTakes] = useState(true)
  const [stroke, setStroke] = useState<Hole | undefined>()
  const [at, setAt] = useState<Place | undefined>()
  const shown = stroke ?? hole
  const paint = (place: Place) => setStroke(brushed(shown, place, { radius, takes }))
  const done = () => {
    if (stroke) change(stroke)
    setStroke(undefined)
  }
  const byKey = (event: KeyboardEvent) => {
    const [column, row] = at ?? [7, 7]
    const move = moves[event.key]
    if (move) setAt([clamp(column + move[0]), clamp(row + move[1])])
    else if (event.key === ' ' || event.key === 'Enter') change(brushed(hole, [column, row], { radius, takes }))
    else return
    event.preventDefault()
  }
  return (
    <div class="brush">
      <button
        type="button"
        class="canvas"
        aria-label={`The question, a brush: arrow keys move it, space ${takes ? 'takes away' : 'gives back'}`}
        onKeyDown={byKey}
        onBlur={() => setAt(undefined)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          paint(placeOf(event))
        }}
        onPointerMove={(event) => stroke && paint(placeOf(event))}
        onPointerUp={done}
        onPointerCancel={done}
      >
        <Canvas
          label="What is left of the face"
          paint={(context, { width }, palette) =>
            paintQuestion(context, { face, hole: shown, missing, at }, width, palette)
          }
        />
      </button>
      <output class="sr">
        {at && `column ${at[0] + 1}, row ${at[1] + 1}, ${shown[at[1] * cells + at[0]] ? 'missing' : 'given'}`}
      </output>
      <fieldset class="tools">
        <legend class="sr">Brush</legend>
        {[true, false].map((takesAway) => (
          <label key={String(takesAway)}>
            <input type="radio" name="brush" checked={takes === takesAway} onChange={() => setTakes(takesAway)} />
            {takesAway ? 'takes away' : 'gives back'}
          </label>
        ))}
        <span class="presets">
          {Object.entries(holes).map(([name, preset]) => (
            <button key={name} type="button" class="quiet" onClick={() => change(preset)}>
              {name}
            </button>
          ))}
        </span>
      </fieldset>
    </div>
  )
}

const moves: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const clamp = (place: number): number => Math.min(cells - 1, Math.max(0, place))

/** The middle of a place has its number. */
function placeOf(event: PointerEvent): Place {
  const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect()
  const along = (distance: number, size: number) => (distance / size) * cells - 0.5
  return [along(event.clientX - left, width), along(event.clientY - top, height)]
}

interface Question extends Pick<BrushProps, 'face' | 'hole' | 'missing'> {
  /** Where the keys' brush is. */
  readonly at: Place | undefined
}

/** Gray where colors are missing, hatched where everything is. */
function paintQuestion(context: Surface, { face, hole, missing, at }: Question, width: number, palette: Palette): void {
  if (!face) return
  const isMissing = (pixel: number) => {
    const [row, column] = [Math.floor(pixel / pixels / 2), Math.floor((pixel % pixels) / 2)]
    return hole[row * cells + column] === 1
  }
  const brightness = (pixel: number) =>
    0.299 * face[3 * pixel]! + 0.587 * face[3 * pixel + 1]! + 0.114 * face[3 * pixel + 2]!
  const left = face.map((value, i) => (isMissing(Math.floor(i / 3)) ? brightness(Math.floor(i / 3)) : value))
  photos(context, left, pixels, 1, width)
  const side = width / cells
  if (missing === 'everything') hatch(context, hole, side, palette)
  if (!at) return
  context.strokeStyle = palette.ink
  context.lineWidth = 2
  context.beginPath()
  context.arc((at[0] + 0.5) * side, (at[1] + 0.5) * side, (radius + 0.5) * side, 0, 2 * Math.PI)
  context.stroke()
}

function hatch(context: Surface, hole: Hole, side: number, { panel, rule }: Palette): void {
  context.save()
  context.beginPath()
  for (const [place, missing] of hole.entries())
    if (missing) context.rect((place % cells) * side, Math.floor(place / cells) * side, side + 0.5, side + 0.5)
  context.clip()
  const size = side * cells
  context.fillStyle = panel
  context.fillRect(0, 0, size, size)
  context.strokeStyle = rule
  context.lineWidth = 2
  context.beginPath()
  for (let from = -size; from < size; from += 9) {
    context.moveTo(from, size)
    context.lineTo(from + size, 0)
  }
  context.stroke()
  context.restore()
}
