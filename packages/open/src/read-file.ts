/** How one file is read, wherever it is. @module */

/** Reads one file of at most so many bytes; nothing where there is none. */
export type ReadFile = (name: string, maxBytes: number) => Promise<Uint8Array | undefined>
