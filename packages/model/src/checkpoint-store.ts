/** Where checkpoints are kept. @module */

/** Keeps checkpoints: `memoryStore` of `@gen/train`, `folderStore` of `@gen/io/node`, `opfsStore` of `@gen/io/browser` are such. */
export interface CheckpointStore {
  /** Saves all files of a step, or none; resolves to a name of the place. */
  save(step: number, files: Readonly<Record<string, Uint8Array>>): Promise<string>
  /** The saved steps, ascending. */
  list(): Promise<number[]>
  /** The files of a step, verified where the store can. */
  load(step: number): Promise<Record<string, Uint8Array>>
  /** Removes a step; one that is not there is no error. */
  remove(step: number): Promise<void>
}
