/** The settings of a page: live ones are edits of the run, others wait for the next start. @module */
import { type ReadonlySignal, useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { Choice } from '../controls/choice.tsx'
import { Draw } from '../controls/draw.tsx'
import { Slider } from '../controls/slider.tsx'
import type { Field, Settings } from '../run/fields.ts'
import { settingsAt } from '../run/run.ts'
import type { Player } from './page.ts'

/** The settings in force, for a component that is to be made anew where they change and not with each step. */
export function useSettings({ run, step }: Player): ReadonlySignal<Settings> {
  return useComputed(() => settingsAt(run.value, step.value))
}

/** All settings that have a control. */
export function SettingsPanel({ player }: { readonly player: Player }): JSX.Element {
  const { page, waiting } = player
  const inForce = useSettings(player)
  const now = useComputed(() => ({ ...inForce.value, ...waiting.value }))
  const shown = Object.entries(page.fields).filter(([name, field]) => isShown(name, field, now.value))
  const groups = [
    { title: 'at once', fields: shown.filter(([, { when }]) => when === 'live') },
    { title: 'from the next start', fields: shown.filter(([, { when }]) => when === 'fresh') },
  ]
  const waits = Object.keys(waiting.value).length
  return (
    <section class="card settings" aria-label="Settings">
      {groups.map(
        ({ title, fields }) =>
          fields.length > 0 && (
            <fieldset key={title}>
              <legend>{title}</legend>
              {fields.map(([name, field]) => (
                <Control
                  key={name}
                  field={field}
                  value={now.value[name]!}
                  change={(value) => player.set({ [name]: value })}
                />
              ))}
            </fieldset>
          ),
      )}
      {waits > 0 && (
        <p class="waits" role="status">
          {waits === 1 ? 'One change waits' : `${waits} changes wait`}.{' '}
          <button type="button" onClick={() => player.restart()}>
            Start again
          </button>
        </p>
      )}
    </section>
  )
}

function isShown(name: string, field: Field, now: Readonly<Record<string, number | string>>): boolean {
  if (field.kind === 'text') return false
  if (field.kind === 'drawing') return now.data === 'drawn'
  if (name === 'weight' && now.penalty === 'none') return false
  return !(field.kind === 'choice' && field.hidden)
}

function Control({
  field,
  value,
  change,
}: {
  readonly field: Field
  readonly value: number | string
  readonly change: (value: number | string) => void
}): JSX.Element | null {
  if (field.kind === 'text') return null
  if (field.kind === 'number') return <Slider field={field} value={value as number} change={change} />
  if (field.kind === 'drawing') return <Draw value={value as string} change={change} />
  return <Choice field={field} value={value as string} change={change} />
}
