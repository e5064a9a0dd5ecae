/** Names that Python takes. @module */

const reserved = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield None True False self ' +
    'T add_module apply bfloat16 bool buffers children compile cpu cuda double eval extra_repr float forward half ' +
    'modules named_buffers named_children named_modules named_parameters parameters register_buffer requires_grad_ ' +
    'share_memory state_dict to train training type zero_grad F h list math max min nn range super torch zip'
  ).split(' '),
)

/** A layer's name as that of a module and a variable. */
export function pythonName(name: string): string {
  const plain = name.replace(/\W/g, '_').replace(/^(?=\d|_|$)/, 'layer_')
  return reserved.has(plain) ? `${plain}_` : plain
}
