/** Sessions of files that take a fixed number of rows at a time. @module */
import type { DescribedSession } from './described-session.ts'
import type { OnnxSession, OnnxTensorMaker } from './onnx-model.ts'

/** What a runtime's tensor holds. */
interface Rows {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

/**
 * The session for any number of rows: `torch.onnx.export` without `dynamic_shapes` writes the batch of its example into the file. Rows go in parts of
 * that many, the last one filled up with zeros, whose results are left out.
 */
export function ofAnyBatch(session: DescribedSession, tensor: OnnxTensorMaker): OnnxSession {
  const batch = session.inputMetadata[0]?.shape?.[0]
  if (typeof batch !== 'number' || batch < 1) return session
  const { inputNames, outputNames } = session
  const [input, output] = [inputNames[0]!, outputNames[0]!]
  const run = async (feeds: Record<string, unknown>) => {
    const { data, dims } = feeds[input] as Rows
    const [rows = 0, ...row] = dims
    const size = row.reduce((product, n) => product * n, 1)
    const parts: Rows[] = []
    for (let at = 0; at < rows; at += batch) {
      const part = new Float32Array(batch * size)
      part.set(data.subarray(at * size, (at + batch) * size))
      const results = await session.run({ [input]: new tensor('float32', part, [batch, ...row]) } as never)
      parts.push(results[output] as Rows)
    }
    return { [output]: joined(parts, rows, batch) }
  }
  return { inputNames, outputNames, run }
}

function joined(parts: readonly Rows[], rows: number, batch: number): Rows {
  const [first] = parts
  // What is no float32 is refused by who asked.
  if (!first || !(first.data instanceof Float32Array)) return first!
  const size = first.data.length / batch
  const data = new Float32Array(rows * size)
  for (const [i, part] of parts.entries()) {
    data.set(part.data.subarray(0, (rows - i * batch) * size), i * batch * size)
  }
  return { data, dims: [rows, ...first.dims.slice(1)] }
}
