/** What worker and page agree on. @module */

/** Pixels along each side of a face. */
export const pixels = 32
/** Faces of the first space that can be pinned by hand. */
export const gallery = 48
/** Faces that are shown on their way from one space to the other. */
export const probes = 7
/** Faces that a support set is taken from. */
export const candidates = 640
/** Faces, of no support set, on which errors are measured. */
export const tested = 32

/** Numbers of pinned faces from text, `3.17.40`; what is none is left out. */
export function readPins(text: string): number[] {
  const numbers = text
    .split('.')
    .filter((part) => part !== '')
    .map(Number)
  return [...new Set(numbers)].filter((pin) => Number.isInteger(pin) && pin >= 0 && pin < gallery)
}

/** What {@link readPins} reads. */
export function writePins(pins: readonly number[]): string {
  return pins.join('.')
}
