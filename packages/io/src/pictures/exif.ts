/** What EXIF says of how a picture is held. @module */

const orientationTag = 0x0112
const [shortType, longType] = [3, 4]

/**
 * The orientation in an EXIF block (a TIFF header and its first directory), as JPEG's APP1 segment and PNG's eXIf chunk hold
 * it: 1 as stored, 2 mirrored, 3 half a turn, 4 upside down, 5 transposed, 6 a quarter turn to the right, 7 transposed the
 * other way, 8 a quarter turn to the left. A block that is damaged or says nothing gives 1.
 *
 * @see CIPA DC-008, Exif 2.32 (2019), tag 0x0112
 * @example
 * const turn = exifOrientation(app1.subarray(6))
 */
export function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const little = tiff[0] === 0x49 && tiff[1] === 0x49
  const big = tiff[0] === 0x4d && tiff[1] === 0x4d
  if (tiff.length < 10 || (!little && !big) || view.getUint16(2, little) !== 42) return 1
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return 1
  const count = view.getUint16(directory, little)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > tiff.length) return 1
    if (view.getUint16(entry, little) !== orientationTag) continue
    const type = view.getUint16(entry + 2, little)
    const value = type === shortType ? view.getUint16(entry + 8, little) : view.getUint32(entry + 8, little)
    return (type === shortType || type === longType) && value >= 1 && value <= 8 ? value : 1
  }
  return 1
}
