/** What the page and its worker say to each other. @module */
import type { Settings } from '../run/fields.ts'
import type { Run } from '../run/run.ts'
import type { Brought, Pictures, Wish } from './lesson.ts'

/** A run to begin. */
export interface Opening {
  readonly page: string
  readonly run: Run
  readonly wish: Wish
  /** The address of the folder that the page lies in. */
  readonly site: string
  /** A backend that must be had; otherwise the page's preferences hold. */
  readonly backend?: string
  /** Backends that have failed. */
  readonly without?: readonly string[]
  /** The name by which its keyframes outlive the page. @default they do not */
  readonly keep?: string
}

/** A run to be put into a file. */
export interface Packing {
  readonly link: string
  /** The name by which its keyframes are kept. */
  readonly name: string
}

/** What computes. */
export interface Ready {
  readonly backend: string
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[]
  readonly threads?: number
  readonly threadsReason?: string
}

/** How fast: so many steps a picture, a pause between two steps, or as fast as it can. */
export type Pace = { readonly stepsPerFrame: number } | { readonly secondsPerStep: number } | 'fastest'

/** Asked of the worker; each names a state, so that twice is harmless, and each is answered. */
export interface Trainer {
  /** Begins a run, in place of the one before. */
  open(opening: Opening, frames: MessagePort): Promise<Ready>
  play(pace: Pace): Promise<void>
  pause(): Promise<void>
  /** Goes to a step, forwards or back, and stops there. */
  seek(step: number): Promise<void>
  /** Changes settings from the next step on; the run as it is now. */
  edit(set: Settings): Promise<Run>
  look(wish: Wish): Promise<void>
  /** Takes a visitor's files for a page; the run under way goes on. */
  bring(page: string, files: readonly File[], how: string): Promise<Omit<Brought, 'run'> & { readonly link?: string }>
  /** A zip file of the model, and of what it takes to train on. */
  pack(packing: Packing): Promise<Uint8Array<ArrayBuffer>>
  /** Ends the run; what is left in memory. */
  close(): Promise<{ tensors: number }>
}

/** A picture of a step, with the losses of the steps since the last. */
export interface Frame extends Pictures {
  readonly type: 'frame'
  readonly step: number
  /** Names of the losses, `player/loss`. */
  readonly names: readonly string[]
  /** For each step since the last frame: its number, then its losses by name, NaN for who sat out. */
  readonly history: Float64Array
  readonly stepsPerSecond: number
  readonly tensors: number
  readonly bytes: number
}

/** Told by the worker. */
export type News =
  | Frame
  | { readonly type: 'paused'; readonly step: number; readonly bits: string }
  | { readonly type: 'seeking'; readonly step: number; readonly goal: number }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'fault'; readonly code: string; readonly message: string }

/** Told by the page: it has painted a frame, and wants another. */
export interface Credit {
  readonly type: 'credit'
}
