/** What a bijector of `@gen/flows` is in Python. @module */
import { refusal } from '@gen/backend'
import * as v from 'valibot'
import type { NamedWeight, WeightShape } from '../../../weights/named-weight.ts'
import { type PythonText, where } from '../../written-layer.ts'

/** A variable of a flow. */
export type FlowVariable = NamedWeight['variable']

/** An expression that makes a module, with what stands before it and the weights below it. */
export interface Written {
  readonly module: string
  readonly uses: readonly PythonText[]
  readonly weights: readonly NamedWeight[]
}

/** Takes the next variable of a flow, by its name below a module. */
export type Take = (name: string, layout?: WeightShape['layout']) => NamedWeight

/** What a bijector is written with. */
export interface Writing {
  readonly take: Take
  /** As `take`, for a module below its own. */
  readonly below: (name: string) => Take
  /** A part of it, by its name below the module. */
  readonly part: (config: unknown, name: string) => Written
}

/** Takes variables from the front of a list, in the order in which a flow has them. */
export function taker(open: FlowVariable[], at: string): Take {
  return (name, layout = 'same') => {
    const variable = open.shift()
    if (variable === undefined) return refuseFlow(`a variable for ${at}.${name}`, 'none')
    return { name: `${at}.${name}`, layout, shape: variable.shape, variable }
  }
}

/** A call in Python: in one line where it is short, else a line for each argument. */
export function callText(name: string, args: readonly string[]): string {
  const line = `${name}(${args.join(', ')})`
  if (line.length <= 100 && !line.includes('\n')) return line
  return `${name}(\n${args.map((arg) => `${indented(arg)},`).join('\n')}\n)`
}

/** A level deeper. */
export function indented(text: string, by = '    '): string {
  return text.replace(/^(?=.)/gm, by)
}

/** A config's fields, or the error that names what is not written. */
export function fieldsOf<S extends v.GenericSchema>(schema: S, config: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, config)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const kind = v.safeParse(v.object({ kind: v.string() }), config)
  const name = kind.success ? kind.output.kind : 'transform'
  return refuseFlow(`a ${name} of @gen/flows`, `one with another ${v.getDotPath(issue) ?? 'config'}`)
}

/** Refuses a flow. */
export function refuseFlow(expected: string, got: string): never {
  throw refusal('config', where, { expected, got, remedy: 'write it as ONNX with modelToOnnx' })
}
