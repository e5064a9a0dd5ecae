/** Event files, which TensorBoard and others read: records of protocol buffers that are only ever appended. @module */
import { assertInteger, assertNumber } from '@gen/backend'
import { maskedCrc32c } from './crc32c.ts'
import { bytesField, doubleField, floatField, integerField, joined, textField } from './protobuf.ts'

/** Numbers of one step. */
export interface TensorBoardScalars {
  /** Seconds since 1970. */
  readonly time: number
  /** A whole number from 0. */
  readonly step: number
  /** By tag; tags with the same word before a slash share a section. Kept as float32; what is not finite is shown as such. */
  readonly scalars: Readonly<Record<string, number>>
}

/**
 * The first record of an event file. Name it `events.out.tfevents.<seconds>.<host>`; a run that goes on opens another file in
 * the same folder.
 *
 * @param time - Seconds since 1970.
 * @throws GenError `value` or `range` for a time that is no number from 0.
 * @see TFRecord and Event https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
 * @example
 * tensorBoardHeader(0).length // 40
 */
export function tensorBoardHeader(time: number): Uint8Array<ArrayBuffer> {
  assertNumber('io.tensorBoardHeader', 'time', time, { min: 0 })
  return recordOf(joined([doubleField(1, time), textField(3, 'brain.Event:2')]))
}

/**
 * A record with numbers of one step, to append to an event file.
 *
 * @throws GenError `value` or `range` for a time or step that is no number from 0.
 * @example
 * await writeFile('events.out.tfevents.0', tensorBoardHeader(0))
 * await writeFile('events.out.tfevents.0', tensorBoardScalars({ time: 0, step: 1, scalars: { 'loss/total': 0.5 } }), { flag: 'a' })
 */
export function tensorBoardScalars({ time, step, scalars }: TensorBoardScalars): Uint8Array<ArrayBuffer> {
  const where = 'io.tensorBoardScalars'
  assertNumber(where, 'time', time, { min: 0 })
  assertInteger(where, 'step', step, { min: 0 })
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytesField(1, joined([textField(1, tag), floatField(2, value)])),
  )
  return recordOf(joined([doubleField(1, time), integerField(2, step), bytesField(5, joined(values))]))
}

/** Length, its checksum, the data, theirs. */
function recordOf(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true)
  return joined([length, littleEndian(maskedCrc32c(length)), data, littleEndian(maskedCrc32c(data))])
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
