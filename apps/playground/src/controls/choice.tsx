/** One of a few words. @module */

import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import type { ChoiceField } from '../run/fields.ts'

/** A choice setting: a list of few is shown whole. */
export function Choice({
  field,
  value,
  change,
}: {
  readonly field: ChoiceField
  readonly value: string
  readonly change: (value: string) => void
}): JSX.Element {
  const id = useId()
  return (
    <div class="setting choice">
      <label for={id} title={field.help}>
        {field.label}
      </label>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {Object.entries(field.options).map(([word, label]) => (
          <option key={word} value={word}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
