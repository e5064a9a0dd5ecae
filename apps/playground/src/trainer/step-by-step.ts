/** What goes forwards and back step by step. @module */
import type { StepEvent } from '@gen/train'
import type { Settings } from '../run/fields.ts'
import type { Run } from '../run/run.ts'
import type { Pictures, Wish } from './lesson.ts'

/** A run under way. */
export interface Timeline {
  readonly step: number
  readonly run: Run
  /** Trains one step, edits that lie here taken into account. */
  advance(): Promise<StepEvent['losses']>
  /** Goes to the last keyframe at or before a step, if that is nearer than where it is. */
  toward(step: number): Promise<void>
  /** Changes settings from the next step on. */
  edit(set: Settings): Promise<void>
  pictures(wish: Wish): Promise<Pictures>
  /** The fingerprint of the weights now. */
  bits(): Promise<string>
  /** The files of the model as it is now, with what it takes to train on. */
  pack(): Promise<Record<string, Uint8Array>>
  dispose(): Promise<void>
}
