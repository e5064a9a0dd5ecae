/** The few lines of Protocol Buffers that an ONNX file is written with. @module */

/** Parts of a message, in order. */
export type Bytes = Uint8Array | readonly number[]

/** The parts, one after the other. */
export function join(parts: readonly Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A whole number; negative ones as 64 bits in two's complement. */
function varint(n: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(n))
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

/** A field of a message of its own, or of bytes. */
export function message(field: number, bytes: Uint8Array): Uint8Array {
  return join([varint((field << 3) | 2), varint(bytes.length), bytes])
}

/** A field of text. */
export function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value))
}

/** A field of a whole number. */
export function integer(field: number, value: number): Uint8Array {
  return join([varint(field << 3), varint(value)])
}

/** A field of a float32. */
export function float(field: number, value: number): Uint8Array {
  return join([[(field << 3) | 5], new Uint8Array(Float32Array.of(value).buffer)])
}
