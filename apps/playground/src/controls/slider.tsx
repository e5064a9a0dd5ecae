/** A number: a slider to play with, and a field to say it exactly. @module */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { type NumberField, parseValue } from '../run/fields.ts'

/** Places of a slider. */
const places = 200

/** A number setting. */
export function Slider({
  field,
  value,
  change,
}: {
  readonly field: NumberField
  readonly value: number
  readonly change: (value: number) => void
}): JSX.Element {
  const id = useId()
  const say = (text: string) => {
    const parsed = parseValue(field, text)
    if ('value' in parsed) change(parsed.value as number)
  }
  return (
    <div class="setting">
      <label for={id} title={field.help}>
        {field.label}
      </label>
      <input
        class="exact"
        type="number"
        aria-label={`${field.label}, exactly`}
        value={rounded(value)}
        step="any"
        min={field.limits[0]}
        max={field.limits[1]}
        onChange={(event) => say(event.currentTarget.value)}
      />
      <input
        id={id}
        type="range"
        min={0}
        max={places}
        value={placeOf(field, value)}
        aria-valuetext={String(rounded(value))}
        onInput={(event) => change(valueAt(field, Number(event.currentTarget.value)))}
      />
    </div>
  )
}

/** The value at a place of the slider, 0 to 200. */
export function valueAt({ slider: [from, to], scale, step }: NumberField, place: number): number {
  const share = place / places
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share
  return step === undefined ? rounded(value) : Math.round(value / step) * step
}

/** The place of a value; beyond the slider its end. */
export function placeOf({ slider: [from, to], scale }: NumberField, value: number): number {
  const share = scale === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from)
  return Math.round(places * Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)))
}

/** Two significant digits are all that a slider can mean. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
