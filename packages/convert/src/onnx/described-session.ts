/** Sessions that say what goes in and comes out. @module */
import type { OnnxSession } from './onnx-model.ts'

/** What a session says of an input or output; sizes that are free have names. */
export interface OnnxValueMetadata {
  readonly name: string
  readonly shape?: readonly (number | string)[]
}

/** A session that says what goes in and comes out, as onnxruntime's do from 1.21 on. */
export interface DescribedSession extends OnnxSession {
  readonly inputMetadata: readonly OnnxValueMetadata[]
  readonly outputMetadata: readonly OnnxValueMetadata[]
}
