/** Padding by a number of pixels, on windows that are oblong. @module */
import type { KernelFunc, NamedAttrMap } from '@tensorflow/tfjs-core'
import { paddingOf } from './windows.ts'

/** Kernels that read `pad`, those of gradients too. */
const kernelNames = [
  ...['AvgPool', 'AvgPoolGrad', 'MaxPool', 'MaxPoolGrad', 'MaxPoolWithArgmax'],
  ...['Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput', 'FusedConv2D'],
  ...['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'],
  'FusedDepthwiseConv2D',
]

/** Gives a kernel its padding side by side: of a number, tfjs computes another width than that of the definition. */
function withPaddingSideBySide(original: KernelFunc): KernelFunc {
  return (call) => {
    const attributes = call.attrs ?? {}
    if (typeof attributes.pad !== 'number') return original(call)
    return original({ ...call, attrs: { ...attributes, pad: paddingOf(attributes) } as NamedAttrMap })
  }
}

/** One for each kernel that reads `pad`. */
export const sideBySide: Record<string, (original: KernelFunc) => KernelFunc> = Object.fromEntries(
  kernelNames.map((name) => [name, withPaddingSideBySide]),
)
