/** The tape: losses over all steps, edits where they were made, and a handle to go anywhere. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Edit } from '../run/run.ts'
import { LossChart } from './loss-chart.tsx'
import type { Player } from './page.ts'
import { Meters } from './status.tsx'

/** The tape of a run. */
export function Tape({ player }: { readonly player: Player }): JSX.Element {
  const { page, run, step, goal, status, bits, kept } = player
  const dragged = useSignal<number | undefined>(undefined)
  const end = Math.max(page.end, player.curves.length(), step.value)
  const seeking = status.value === 'seeking'
  const at = dragged.value ?? step.value
  return (
    <section class="tape" aria-label="Tape" data-bits={bits.value} data-status={status.value}>
      <LossChart player={player} end={end} />
      <div class="track">
        {run.value.tape.map((edit) => (
          <span key={edit.step} class="edit" style={{ left: `${(100 * edit.step) / end}%` }} title={editWords(edit)} />
        ))}
        <input
          type="range"
          aria-label="Step"
          aria-valuetext={`step ${at}`}
          min={0}
          max={end}
          value={at}
          disabled={status.value === 'loading' || status.value === 'fault'}
          onInput={(event) => {
            dragged.value = Number(event.currentTarget.value)
          }}
          onChange={(event) => {
            dragged.value = undefined
            player.seek(Number(event.currentTarget.value))
          }}
        />
      </div>
      <p class="reading">
        <span>
          step <output class="step-number">{at.toLocaleString('en')}</output>
        </span>
        {seeking && (
          <progress value={step.value} max={Math.max(1, goal.value)} aria-label={`On the way to step ${goal.value}`} />
        )}
        <span class="bits" title="Fingerprint of all weights: the same link gives the same, to the bit">
          {status.value === 'paused' && bits.value !== '' ? (
            <code>{bits.value.slice(0, 8)}</code>
          ) : (
            <code class="unknown">········</code>
          )}
          {kept.value === true && <b class="kept"> ✓ as in the link</b>}
          {kept.value === false && <b class="lost"> ✗ another backend or browser than the link’s</b>}
        </span>
        {run.value.tape.length > 0 && (
          <span class="edits">{run.value.tape.length === 1 ? '1 edit' : `${run.value.tape.length} edits`}</span>
        )}
        <Meters player={player} />
        <CopyLink player={player} />
      </p>
    </section>
  )
}

function editWords({ step, set }: Edit): string {
  return `step ${step}: ${Object.entries(set)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')}`
}

function CopyLink({ player }: { readonly player: Player }): JSX.Element {
  const copied = useSignal(false)
  return (
    <button
      type="button"
      class="quiet"
      onClick={() =>
        navigator.clipboard.writeText(player.link()).then(
          () => {
            copied.value = true
            setTimeout(() => {
              copied.value = false
            }, 2000)
          },
          () => undefined,
        )
      }
    >
      {copied.value ? 'copied' : 'copy link'}
    </button>
  )
}
