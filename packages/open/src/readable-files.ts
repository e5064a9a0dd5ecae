/** How the files of a model are read, wherever they are. @module */

/** Files by their names. */
export interface ReadableFiles {
  /** A file of at most so many bytes; nothing where there is none. */
  read(name: string, maxBytes: number): Promise<Uint8Array | undefined>
  /** What a reader of errors knows the file by. */
  place(name: string): string
}
