/** What computes, how much of it, and what went wrong. @module */
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Player } from './page.ts'

/** The backend: its name, and on demand why not another. */
export function BackendBadge({ player }: { readonly player: Player }): JSX.Element {
  const ready = player.ready.value
  const open = useSignal(false)
  if (!ready) return <span class="badge">loading …</span>
  const { backend, threads, threadsReason, passedOver } = ready
  return (
    <div class="badge">
      <button type="button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        {backend}
        {threads !== undefined && ` · ${threads} thread${threads === 1 ? '' : 's'}`}
      </button>
      {open.value && (
        <div class="why" role="note">
          <p>
            Computed in your browser with <b>{backend}</b>
            {threads === undefined ? '.' : ` on ${threads} thread${threads === 1 ? '' : 's'}.`}
          </p>
          {threadsReason !== undefined && <p>One thread, because {threadsReason}.</p>}
          {passedOver.map(({ name, reason }) => (
            <p key={name}>
              Not {name}: {reason}.
            </p>
          ))}
          {backend === 'simd' && (
            <p>
              Small networks on few points train faster here than on a graphics card, which would wait longer than it
              computes.
            </p>
          )}
        </div>
      )}
    </div>
  )
}

/** Tensors, memory, speed. */
export function Meters({ player }: { readonly player: Player }): JSX.Element {
  const { painted, status } = player
  const frame = painted.value >= 0 ? player.frame() : undefined
  if (!frame) return <span class="meters" />
  const rate = status.value === 'playing' ? frame.stepsPerSecond : 0
  return (
    <span class="meters">
      <span>{frame.tensors} tensors</span>
      <span>{(frame.bytes / 1e6).toFixed(2)} MB</span>
      <span>{rate > 0 ? `${rate.toFixed(0)} steps/s` : status.value}</span>
    </span>
  )
}

/** Everything that is to be told, in one place. */
export function Notices({ player }: { readonly player: Player }): JSX.Element | null {
  const { notices, status } = player
  if (notices.value.length === 0) return null
  return (
    <section class="notices" role="alert">
      <ul>
        {notices.value.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      {status.value === 'fault' && (
        <button type="button" onClick={() => player.restart()}>
          Begin again
        </button>
      )}
      <button type="button" class="quiet" onClick={() => (notices.value = [])}>
        Dismiss
      </button>
    </section>
  )
}
