/** Where and how long the alignment works. @module */

/** What every step is given. */
export interface AlignContext {
  readonly seed: number
  /** Length of a training; each model has its own multiple of it. */
  readonly minutes: number
  /** Where weights and codes are kept, so that no training is done twice. */
  readonly scratch: string
  /** Shows where the work is, on one line. */
  progress(text: string): void
}
