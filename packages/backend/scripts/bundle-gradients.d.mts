/** The text of src/gradients/tfjs-gradients.ts, made from the installed tfjs-core. */
export declare function bundleGradients(): Promise<string>
