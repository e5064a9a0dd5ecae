/** Operations with a kernel of their own where the backend has one, and tfjs operations everywhere else. @module */
import {
  addN,
  engine,
  type GradConfig,
  mul,
  type NamedAttrMap,
  ones,
  registerGradient,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { hasKernel } from '../backends/active.ts'
import { withConstantOutputs } from '../gradients/saved-outputs.ts'
import { vectorJacobian } from '../gradients/vector-jacobian.ts'

/** What {@link defineOp} needs. */
export interface OpDefinition<A extends object> {
  /** Name of the kernel; the gradient's kernel is `${name}Grad`. */
  name: string
  /** The same result from differentiable tfjs operations. */
  composed(inputs: Tensor[], attributes: A): Tensor
}

/** An operation of tensors and plain attributes. */
export type Op<A extends object> = (inputs: Tensor[], attributes: A) => Tensor

/** As many outputs as a kernel may want saved; the result itself, the first, is not. */
const outputsToSave = [false, ...Array<boolean>(15).fill(true)]

/**
 * Defines an operation.
 *
 * Where the running backend has a kernel called `name`, it runs: inputs `x0, x1, …`; outputs the result, then what the
 * kernel wants saved. Elsewhere `composed` runs. The gradient is the kernel `${name}Grad` where the backend has it
 * (inputs `dy`, `x0, x1, …`, and the saved ones `s0, s1, …`; outputs one gradient per input), else the vector–Jacobian
 * product of `composed`. The gradient of the gradient is always that of `composed`.
 *
 * @example
 * const square = defineOp<object>({ name: 'DemoSquare', composed: ([x]) => mul(x!, x!) })
 * const y = square([tensor1d([1, 2])], {})
 */
export function defineOp<A extends object>({ name, composed }: OpDefinition<A>): Op<A> {
  return (inputs, attributes) =>
    tidy(() => {
      if (!hasKernel(name)) return composed(inputs, attributes)
      registerGradients(name, inputs.length, composed as Op<object>)
      return runKernel(name, named('x', inputs), attributes)[0]!
    })
}

/** Registered at each call: tfjs looks a gradient up when the kernel runs, and the arity belongs to the call. */
function registerGradients(name: string, arity: number, composed: Op<object>): void {
  const inputsToSave = Array.from({ length: arity }, (_, i) => `x${i}`)
  const gradient: GradConfig = {
    kernelName: name,
    inputsToSave,
    outputsToSave,
    gradFunc: (dys, saved, attributes) => {
      const [dy] = list(dys)
      return thunks('x', backward(name, composed, dy!, saved.slice(0, arity), saved.slice(arity), attributes))
    },
  }
  // What the kernel saved depends on the inputs too, but the second-order gradient of `composed` has all of that.
  registerGradient(withConstantOutputs(gradient))
  registerGradient({
    kernelName: `${name}Grad`,
    inputsToSave: ['dy', ...inputsToSave],
    gradFunc: (dys, [dy, ...xs], attributes) => {
      const [forDy, ...forXs] = backwardOfBackward(composed, list(dys), dy!, xs, attributes)
      return { dy: () => forDy!, ...thunks('x', forXs) }
    },
  })
}

/** The gradients of ⟨dy, f(x)⟩ with respect to each x. */
function backward(
  name: string,
  composed: Op<object>,
  dy: Tensor,
  xs: Tensor[],
  saved: Tensor[],
  attributes: object,
): Tensor[] {
  if (!hasKernel(`${name}Grad`)) return vectorJacobian(() => composed(xs, attributes), xs, dy)
  return runKernel(`${name}Grad`, { dy, ...named('x', xs), ...named('s', saved) }, attributes)
}

/** With gᵢ(dy, x) = dyᵀ·∂f/∂xᵢ of the composed f: the gradients of Σᵢ ⟨seedᵢ, gᵢ⟩ with respect to dy and each x. */
function backwardOfBackward(
  composed: Op<object>,
  seeds: Tensor[],
  dy: Tensor,
  xs: Tensor[],
  attributes: object,
): Tensor[] {
  const weighed = () => {
    const gradients = vectorJacobian(() => composed(xs, attributes), xs, dy)
    return addN(gradients.map((gradient, i) => sum(mul(gradient, seeds[i]!))))
  }
  return vectorJacobian(weighed, [dy, ...xs], ones([]))
}

function runKernel(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor[] {
  return list(engine().runKernel(name, inputs, attributes as NamedAttrMap))
}

function list(tensors: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(tensors) ? tensors : [tensors]
}

function named(prefix: string, tensors: Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, tensor]))
}

function thunks(prefix: string, tensors: Tensor[]): Record<string, () => Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, () => tensor]))
}
