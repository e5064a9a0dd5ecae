/** What a page and its run are to the shell. @module */
import type { ReadonlySignal, Signal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import type { Role } from '../look/roles.ts'
import type { Fields, Settings } from '../run/fields.ts'
import type { Run } from '../run/run.ts'
import type { Frame, Ready } from '../trainer/protocol.ts'
import type { Curves } from './curves.ts'

/** A sentence to look at, and the state that it talks of. */
export interface Story {
  readonly text: string
  readonly set: Settings
  readonly seed?: number
  /** Layers to switch on with it. */
  readonly layers?: readonly string[]
}

/** A part of the picture that can be switched off. */
export interface Layer {
  readonly name: string
  readonly label: string
  readonly role: Role
  /** Whether its line is thin and whole, beside a bold one of the same role. @default false */
  readonly thin?: boolean
  readonly initial: boolean
}

/** A number to read, with what it could be at best. */
export interface Gauge {
  readonly label: string
  readonly value: string
  readonly note?: string
  /** Share of the way from bad to good, 0 to 1. */
  readonly level?: number
}

/** A curve over the tape. */
export interface LossCurve {
  /** `player/loss`. */
  readonly name: string
  readonly label: string
  readonly role: Role
}

/** A page that trains. */
export interface Page {
  readonly name: string
  readonly number: number
  readonly short: string
  readonly title: string
  readonly lead: string
  /** MathML whose symbols carry the classes of their roles. */
  readonly formula: string
  /** What the formula's symbols stand for. */
  readonly legend: readonly (readonly [role: Role, words: string])[]
  readonly fields: Fields
  readonly layers: readonly Layer[]
  /** What the picture asks about at first. @default nothing */
  readonly probe?: readonly number[]
  readonly stories: readonly Story[]
  readonly curves: readonly LossCurve[]
  /** Players that may train alone, by the value of the setting `players`. */
  readonly alone?: readonly { readonly player: string; readonly label: string; readonly role: Role }[]
  /** Code that does it, run by a test. */
  readonly code: string
  /** The step at which it stops by itself. */
  readonly end: number
  /** Whether its runs are dear, so that the browser keeps them. @default false */
  readonly keeps?: boolean
  /** Draws a frame. */
  readonly Picture: FunctionComponent<{ readonly player: Player }>
  gauges(frame: Frame): readonly Gauge[]
  /** The picture in words. */
  describe(frame: Frame): string
}

/** What a run is doing. */
export type Status = 'loading' | 'playing' | 'paused' | 'seeking' | 'fault'

/** How a run is played. */
export type Speed = 'slow' | '1' | '10' | 'fastest'

/** A run as it was when it was given up. */
export interface Former {
  readonly run: Run
  /** The last step that it came to. */
  readonly at: number
  readonly curves: Curves
  readonly gauges: readonly Gauge[]
  readonly picture: HTMLCanvasElement
}

/** A run under way. */
export interface Player {
  readonly page: Page
  readonly run: ReadonlySignal<Run>
  readonly status: ReadonlySignal<Status>
  readonly step: ReadonlySignal<number>
  /** Where a run that seeks is going. */
  readonly goal: ReadonlySignal<number>
  readonly bits: ReadonlySignal<string>
  /** Whether the fingerprint of a link came true: undefined where it had none, or has not been reached. */
  readonly kept: ReadonlySignal<boolean | undefined>
  readonly ready: ReadonlySignal<Ready | undefined>
  readonly speed: ReadonlySignal<Speed>
  readonly layers: ReadonlySignal<readonly string[]>
  /** What else the picture asks the worker about: a place, a level; never part of the run. */
  readonly probe: ReadonlySignal<readonly number[]>
  /** Settings that wait for a new start. */
  readonly waiting: ReadonlySignal<Settings>
  /** The run that was given up for this one. */
  readonly former: Signal<Former | undefined>
  readonly notices: Signal<readonly string[]>
  /** Counts frames; the frame itself is in `frame()`. */
  readonly painted: ReadonlySignal<number>
  readonly curves: Curves
  readonly hide: readonly string[]
  frame(): Frame | undefined
  play(): void
  pause(): void
  /** A step, perhaps of one player alone. */
  advance(count: number, players?: string): void
  seek(step: number): void
  set(settings: Settings): void
  /** Begins again: with another run, or the same. */
  restart(run?: Partial<Run>): void
  setSpeed(speed: Speed): void
  setLayers(layers: readonly string[]): void
  setProbe(probe: readonly number[]): void
  /** Goes to the end of the former run, which this one is from then on. */
  returnToFormer(): void
  /** Hands files to the page's model; what becomes of them is told. */
  bring(files: readonly File[], how: string): Promise<void>
  /** The model in a file, with what it takes to train on. */
  pack(): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** The address of this moment. */
  link(): string
  close(): Promise<void>
}
