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
  /** Goes back to the last keyframe at or before a step. */
  back(step: number): Promise<void>
  /** Changes settings from the next step on. */
  edit(set: Settings): Promise<void>
  pictures(wish: Wish): Promise<Pictures>
  /** The fingerprint of the weights now. */
  bits(): Promise<string>
  dispose(): Promise<void>
}
