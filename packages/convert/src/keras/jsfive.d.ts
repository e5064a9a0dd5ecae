declare module 'jsfive' {
  /** A group of an HDF5 file. */
  export interface Group {
    readonly keys: readonly string[]
    get(name: string): Group | Dataset
  }
  /** An array of an HDF5 file. */
  export interface Dataset {
    readonly shape: readonly number[]
    /** As NumPy writes it, `<f4`; a list for types that are not plain. */
    readonly dtype: unknown
    readonly value: readonly number[]
  }
  export class File implements Group {
    constructor(bytes: ArrayBuffer, name?: string)
    readonly keys: readonly string[]
    get(name: string): Group | Dataset
  }
}
