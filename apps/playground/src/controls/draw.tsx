/** A square to draw data on, with pointer or keys. @module */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Palette } from '../look/roles.ts'
import { fromCanvas, type Surface, squareCamera } from '../marks/camera.ts'
import { path } from '../marks/contour.ts'
import { points } from '../marks/points.ts'
import { mostCorners, reach, readDrawing, writeDrawing } from '../run/drawing.ts'
import { Canvas } from '../shell/canvas.tsx'

type Corner = readonly [number, number]
type Lines = readonly (readonly Corner[])[]

/** Corners closer than this to the last are left out. */
const apart = 0.22

/** A drawing setting: lines become data, with their exact density. */
export function Draw({
  value,
  change,
}: {
  readonly value: string
  readonly change: (value: string) => void
}): JSX.Element {
  const [lines, setLines] = useState<Lines>(readDrawing(value))
  const [drawing, setDrawing] = useState(false)
  const done = (next: Lines) => {
    setLines(next)
    setDrawing(false)
    const text = writeDrawing(next)
    if (text !== '' && text !== value) change(text)
  }
  const at = (event: PointerEvent): Corner => {
    const node = event.currentTarget as HTMLCanvasElement
    const box = node.getBoundingClientRect()
    return fromCanvas(squareCamera(box.width, reach), event.clientX - box.left, event.clientY - box.top)
  }
  const extend = (corner: Corner) => {
    const line = lines.at(-1) ?? []
    const [x, y] = line.at(-1) ?? [99, 99]
    if (Math.hypot(corner[0] - x, corner[1] - y) > apart) setLines([...lines.slice(0, -1), [...line, corner]])
  }
  const used = lines.flat().length
  return (
    <div class="draw">
      <Canvas
        label={`Drawing of ${lines.length} lines`}
        paint={(context, { width }, palette) => paintLines(context, lines, width, palette)}
        on={{
          onPointerDown: (event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            setLines([...lines, [at(event)]])
            setDrawing(true)
          },
          onPointerMove: (event) => drawing && extend(at(event)),
          onPointerUp: () => drawing && done(lines),
          onPointerCancel: () => drawing && done(lines),
        }}
      />
      <p class="hint">
        Draw lines here: points will lie along them. {mostCorners - used > 0 ? '' : 'The drawing is full. '}
      </p>
      <AddLine add={(line) => done([...lines, line])} />
      <button type="button" onClick={() => setLines([])} disabled={lines.length === 0}>
        Clear
      </button>
    </div>
  )
}

function paintLines(context: Surface, lines: Lines, width: number, palette: Palette): void {
  const camera = squareCamera(width, reach)
  for (const line of lines) {
    path(context, line.flat(), camera, { color: palette.data, width: 3 })
    points(context, line.slice(-1).flat(), camera, { color: palette.data, shape: 'dot', size: 2.5 })
  }
}

/** The same for keys: a line between two places. */
function AddLine({ add }: { readonly add: (line: readonly Corner[]) => void }): JSX.Element {
  const [ends, setEnds] = useState([-2, 0, 2, 0])
  const names = ['from x', 'from y', 'to x', 'to y']
  return (
    <details>
      <summary>Add a line by numbers</summary>
      <div class="numbers">
        {ends.map((end, i) => (
          <input
            key={names[i]}
            type="number"
            aria-label={names[i]}
            title={names[i]}
            min={-reach}
            max={reach}
            step={0.5}
            value={end}
            onChange={(event) => setEnds(ends.map((old, j) => (i === j ? Number(event.currentTarget.value) : old)))}
          />
        ))}
        <button
          type="button"
          onClick={() =>
            add([
              [ends[0]!, ends[1]!],
              [ends[2]!, ends[3]!],
            ])
          }
        >
          Add
        </button>
      </div>
    </details>
  )
}
