/** What a page knows of its run, and where it is noted: in signals, in the address, for a reload. @module */
import { type Signal, signal } from '@preact/signals'
import type { Settings } from '../run/fields.ts'
import { type ReadLink, readLink, writeLink } from '../run/link.ts'
import { type Run, settingsAt } from '../run/run.ts'
import type { Wish } from '../trainer/lesson.ts'
import type { Frame, Ready } from '../trainer/protocol.ts'
import { type Curves, curves } from './curves.ts'
import { type Branches, branches } from './former.ts'
import { remember } from './memory.ts'
import type { Page, Speed, Status } from './page.ts'
import { noteRun } from './shelf.ts'

/** What is known of a run. */
export interface RunState {
  /** What the link asked for. */
  readonly asked: ReadLink
  /** The backend that the link asks for, until it has failed. */
  backend: string | undefined
  readonly run: Signal<Run>
  readonly status: Signal<Status>
  readonly step: Signal<number>
  readonly goal: Signal<number>
  readonly painted: Signal<number>
  readonly bits: Signal<string>
  readonly kept: Signal<boolean | undefined>
  readonly ready: Signal<Ready | undefined>
  readonly speed: Signal<Speed>
  readonly layers: Signal<readonly string[]>
  readonly probe: Signal<readonly number[]>
  readonly waiting: Signal<Settings>
  readonly notices: Signal<readonly string[]>
  readonly past: Curves
  readonly forks: Branches
  frame: Frame | undefined
  /** The address of the run, or of this moment of it. */
  link(moment: boolean): string
  /** By it the browser keeps the run's keyframes: what it began with. */
  keepName(): string
  /** Notes where the run is, for a reload. */
  note(playing: boolean): void
  /** Notes that the run is about to be left where it is. */
  leave(): void
  /** Tells something, once. */
  notify(message: string): void
  wish(): Wish
}

/** The state of a run that a link asks for. */
export function runState(page: Page, query: string): RunState {
  const asked = readLink(page.fields, query)
  const shown = page.layers.flatMap(({ name, initial }) => (initial ? [name] : []))
  const self: RunState = {
    ...{ asked, backend: asked.backend, frame: undefined, past: curves() },
    run: signal(asked.run),
    status: signal('loading'),
    ...{ step: signal(0), goal: signal(0), painted: signal(0), bits: signal('') },
    ...{ kept: signal(undefined), ready: signal(undefined), speed: signal('1') },
    layers: signal(shown),
    probe: signal(page.probe ?? []),
    waiting: signal({}),
    notices: signal(asked.notices),
    forks: branches(() => document.querySelector('.stage')),
    link(moment) {
      const { run, step, bits, backend } = self
      const at = moment && step.value > 0 ? { at: step.value, bits: bits.value.slice(0, 8) } : {}
      const rest = { ...(backend !== undefined && { backend }), ...(asked.hide && { hide: asked.hide }) }
      return `#/${page.name}${writeLink(page.fields, { run: run.value, ...at, ...rest })}`
    },
    keepName() {
      const { seed } = self.run.value
      const start = { seed, settings: settingsAt(self.run.value, 0), tape: [] }
      return `${page.name}${writeLink(page.fields, { run: start })}`
    },
    note(playing) {
      const step = self.step.value
      remember(page.name, self.link(false), { step, playing })
      if (page.keeps && step > 0) noteRun({ name: self.keepName(), link: self.link(!playing), step })
    },
    leave() {
      const { run, step, frame } = self
      self.forks.leave({ run: run.value, at: step.value, gauges: frame ? page.gauges(frame) : [] })
    },
    notify(message) {
      const { notices } = self
      if (!notices.value.includes(message)) notices.value = [...notices.value, message]
    },
    wish: () => ({ resolution: 64, layers: self.layers.value, probe: self.probe.value }),
  }
  return self
}
