/** Differentiable augmentation in Python. @module */

/** All that is drawn, in the order in which it is applied. */
const texts = {
  color: `

def color(x):
    """Brightness by up to a half, saturation times 0 to 2, contrast times a half to one and a half."""
    factor = lambda low, high: low + (high - low) * torch.rand(len(x), 1, 1, 1, device=x.device)
    x = x + factor(-0.5, 0.5)
    if x.shape[1] > 1:
        center = x.mean(1, keepdim=True)
        x = (x - center) * factor(0, 2) + center
    center = x.mean((1, 2, 3), keepdim=True)
    return (x - center) * factor(0.5, 1.5) + center
`,
  translation: `

def translation(x):
    """Shifts by up to an eighth of each side; zeros come in."""
    def shifts(size):
        most = round(size / 8)
        places = torch.arange(size, device=x.device)
        shift = torch.randint(-most, most + 1, (len(x), 1, 1, 1), device=x.device)
        return (places[:, None] - places == shift).to(x.dtype)

    return shifts(x.shape[2]) @ x @ shifts(x.shape[3]).transpose(2, 3)
`,
  cutout: `

def cutout(x):
    """Zeros in a square of half the side whose center is anywhere."""
    def inside(size):
        center = torch.randint(size + 1, (len(x), 1), device=x.device)
        return (torch.arange(size, device=x.device) + 0.5 - center).abs() < size / 4

    return x * ~(inside(x.shape[2])[:, None, :, None] & inside(x.shape[3])[:, None, None, :])
`,
}

/** As `augment` of `@gen/gan`. */
export function augmentText(names: readonly string[]): string {
  const chosen = (['color', 'translation', 'cutout'] as const).filter((name) => names.includes(name))
  if (chosen.length === 0) return ''
  const calls = chosen.reduce((x, name) => `${name}(${x})`, 'x')
  return `${chosen.map((name) => texts[name]).join('')}

def augmented(x):
    """Images as the discriminator sees them (Zhao et al., 2020)."""
    return ${calls}
`
}
