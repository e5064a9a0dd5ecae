/** What a page's worker side is made of. @module */
import type { BackendName, Key } from '@gen/backend'
import type { Batches, Trainable } from '@gen/model'
import type { FitOptions } from '@gen/train'
import type { Settings } from '../run/fields.ts'

/** What the page wants to see. */
export interface Wish {
  /** Cells along each side of a field; the worker may take fewer. */
  readonly resolution: number
  /** Names of what is switched on. */
  readonly layers: readonly string[]
  /** Whether what is dear is worth its time now: numbers, of which those of a moment ago stay otherwise, and drawn samples. @default true */
  readonly numbers?: boolean
  /** Where the pointer is, in the plane's coordinates, or what else the page asks about. */
  readonly probe?: readonly number[]
}

/** What a page draws: arrays by name, and numbers to read. */
export interface Pictures {
  readonly arrays: Readonly<Record<string, Float32Array<ArrayBuffer>>>
  readonly numbers: Readonly<Record<string, number>>
}

/** How the steps that follow are trained. */
export interface Training {
  // Each lesson has batches of its own kind; the trainer only hands them on.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly model: Trainable<any>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly batches: Batches<any>
  readonly optimizer: FitOptions['optimizer']
  readonly playing?: FitOptions['playing']
  /** The decay of averaged weights, which are shown in place of the raw ones. @default none */
  readonly ema?: number
}

/** The networks of one run. */
export interface Course<S extends Settings = Settings> {
  /** The training with the settings in force; the networks stay the same. */
  training(settings: S): Training
  /** What the networks make of fixed inputs. Draws from keys of its own, so that looking changes nothing. */
  pictures(settings: S, wish: Wish): Promise<Pictures> | Pictures
  /** The files of a model folder, for pages whose model can be saved. */
  files?(settings: S, step: number): Promise<Record<string, Uint8Array>>
  /** Frees the networks. */
  dispose(): void
}

/** What a step has to tell, by player and name. */
type Told = Readonly<Record<string, Readonly<Record<string, number>>>>

/** A run whose every step follows from its number alone: nothing is trained, and nothing need be kept. */
export interface Tally<S extends Settings = Settings> {
  losses(settings: S, step: number): Told | Promise<Told>
  pictures(settings: S, wish: Wish, step: number): Pictures | Promise<Pictures>
  /** The numbers whose bits are the step's fingerprint. */
  numbers(settings: S, step: number): Float32Array | Promise<Float32Array>
  dispose(): void
}

/** A page's model. */
export interface Lesson<S extends Settings = Settings, C = Course<S> | Tally<S>> {
  /** The backends it prefers, in order. */
  readonly backends: readonly BackendName[]
  /** Threads that are enough for its networks. @default as many as there are */
  readonly threads?: number
  /** Makes the networks; the same settings and key, the same networks. `site` is the address of the folder that the page lies in. */
  begin(settings: S, key: Key, site: string): C | Promise<C>
  /** Takes a visitor's files, where the page has use for some. */
  bring?(files: readonly File[], how: string): Promise<Brought>
}

/** What became of a visitor's files. */
export interface Brought {
  /** Settings that name them. */
  readonly settings: Settings
  /** What is to be told of them. */
  readonly told: readonly string[]
  /** A run that came in a file: its link, and its keyframe under the name that it is kept by. */
  readonly run?: {
    readonly link: string
    readonly name: string
    readonly step: number
    readonly files: Readonly<Record<string, Uint8Array>>
  }
}
