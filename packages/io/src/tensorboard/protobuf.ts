/** The four kinds of fields of protocol buffers that events are made of. @module */

/** Bytes one after the other. */
export function joined(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A whole number from 0 on, seven bits a byte. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}

/** A whole number. */
export const integerField = (field: number, value: number): Uint8Array => joined([varint(field * 8), varint(value)])

/** A number of 64 bits. */
export function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value, true)
  return joined([varint(field * 8 + 1), bytes])
}

/** A number of 32 bits. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return joined([varint(field * 8 + 5), bytes])
}

/** Bytes, or a message. */
export const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  joined([varint(field * 8 + 2), varint(bytes.length), bytes])

/** A text. */
export const textField = (field: number, text: string): Uint8Array => bytesField(field, new TextEncoder().encode(text))
