/** Where the program runs. @module */

/** True in Node, and in what looks like it. */
export function inNode(): boolean {
  return typeof process === 'object' && typeof process.versions?.node === 'string' && typeof document === 'undefined'
}
