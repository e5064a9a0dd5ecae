/** The loop of `train.py`. @module */
import type { Told } from './told.ts'

/** How the run trains; all numbers of the script can be changed where it is called. */
export interface TrainingPlan {
  /** Rows of a batch, over all processes. @default 64 */
  readonly batch?: number
  /** Highest learning rate. @default 0.002 */
  readonly learningRate?: number
  /** @default 0.0001 */
  readonly weightDecay?: number
  /** Decay of the averaged weights. @default 0.995 */
  readonly ema?: number
  /** Gradients are scaled down to this norm. @default 1 */
  readonly clipNorm?: number
  /** Steps that are done already. @default 0 */
  readonly step?: number
}

/** What of the loop depends on the model. */
interface LoopOptions {
  readonly told: Told
  /** Share of the noise that all pixels of a channel have in common. */
  readonly offsetNoise: number
}

/** From the batches to the files. */
export function trainingLoop(
  { batch = 64, learningRate = 2e-3, weightDecay = 1e-4, ema = 0.995, clipNorm = 1, step = 0 }: TrainingPlan,
  { told, offsetNoise }: LoopOptions,
): string {
  const [hasLabels, hasContext] = ['label', 'context'].map((name) => told.names.includes(name))
  const parts = told.names.map((name) =>
    name === 'label' ? 'torch.from_numpy(labels[mine].astype(np.int64))' : contextRows(told),
  )
  const files = ['x.npy', ...(hasContext ? ['context.npy'] : []), ...(hasLabels ? ['labels.npy'] : [])].join(' and ')
  const given = [
    ...(told.names.length > 0 ? [told.tell ? '*tell(*told)' : '*told'] : []),
    ...(told.selfConditioning ? ['torch.rand(()) < 0.5'] : []),
  ]
  return `

def rate_at(step, steps, highest):
    """The learning rate: it warms up for a tenth of the steps, a hundred at most, and then falls as a cosine to a hundredth."""
    warm = min(100, math.ceil(steps / 10))
    if step < warm:
        return highest * (step + 1) / warm
    return highest * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, (step - warm) / steps))))


def batches(folder, rows, rank, world, seed):
    """This process's rows of each batch; every epoch has another order, the same for all processes."""
    x = np.load(Path(folder) / "x.npy", mmap_mode="r")
${hasContext ? '    context = np.load(Path(folder) / "context.npy", mmap_mode="r")\n' : ''}${hasLabels ? '    labels = np.load(Path(folder) / "labels.npy")\n' : ''}    epoch = 0
    while True:
        order = np.random.default_rng((seed, epoch)).permutation(len(x))
        for start in range(0, max(1, len(x) - rows + 1), rows):
            mine = np.sort(order[start : start + rows][rank::world])
            yield ${['channels_first(floats(x, mine))', ...parts].join(', ')}${parts.length === 0 ? ',' : ''}
        epoch += 1


def floats(array, rows):
    """Rows of a file; bytes are numbers in [0, 1]."""
    return torch.from_numpy(array[rows].astype(np.float32) / (255.0 if array.dtype == np.uint8 else 1.0))


def channels_first(rows):
    return rows.movedim(-1, 1) if rows.dim() > 2 else rows


def main():
    here = Path(__file__).parent
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--data", required=True, help="folder of ${files}, made by gen data export")
    flags.add_argument("--steps", type=int, default=1000, help="steps to make, beside those that are done")
    flags.add_argument("--batch", type=int, default=${batch}, help="rows of a batch, over all processes")
    flags.add_argument("--learning-rate", type=float, default=${learningRate})
    flags.add_argument("--weight-decay", type=float, default=${weightDecay})
    flags.add_argument("--ema", type=float, default=${ema}, help="decay of the averaged weights")
    flags.add_argument("--clip-norm", type=float, default=${Number.isFinite(clipNorm) ? clipNorm : 'math.inf'})
    flags.add_argument("--seed", type=int, default=0)
    given = flags.parse_args()

    if "RANK" in os.environ:
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu"
    if given.batch % world:
        raise SystemExit(f"train.py: expected --batch to divide among {world} processes, got {given.batch}")
    torch.manual_seed(given.seed * world + rank)

    average = load().to(device)
    model = load().to(device).train()
    done, optimizer = resume(model, here, given)
    parallel = DistributedDataParallel(model) if world > 1 else model
    total = done + given.steps
    rows = batches(given.data, given.batch, rank, world, given.seed + done)
    log = open(here / "log.jsonl", "a") if rank == 0 else None
    started = time.time()
    for step in range(done, total):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, total, given.learning_rate)
        ${told.names.length > 0 ? 'data, *told' : 'data,'} = (part.to(device) for part in next(rows))
        alpha, eps = draw_alpha(len(data), device), torch.randn_like(data)
${offsetNoise > 0 ? `        eps = eps + ${offsetNoise} * torch.randn(*data.shape[:2], *[1] * (data.dim() - 2), device=device)\n` : ''}        loss = row_losses(${['parallel, data, alpha, eps', ...given].join(', ')}).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), given.clip_norm)
        optimizer.step()
        keep = min(given.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
                mean.lerp_(value, 1 - keep)
        shown = loss.detach() / data[0].numel() / world
        if world > 1:
            dist.all_reduce(shown)
        if log:
            print(json.dumps({"step": step + 1, "loss": shown.item()}), file=log, flush=True)
    if rank == 0:
        save(average)
        keep_state(model, optimizer, total, here)
        print(f"step {total}, loss {shown.item():.4g} a number, {time.time() - started:.0f} s; averaged weights in model.safetensors")
    if dist.is_initialized():
        dist.destroy_process_group()


def resume(model, here, given):
    """The run's own weights and moments, where they are there; else the averaged weights, and moments of zero."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=given.learning_rate, weight_decay=given.weight_decay)
    path = here / "training.safetensors"
    if not path.exists():
        return ${step}, optimizer
    state = load_file(path)
    model.load_state_dict({name: state[f"weights.{name}"] for name in model.state_dict()})
    step = state["step"].float()
    for name, value in model.named_parameters():
        moments = {"exp_avg": state[f"m.{name}"].to(value.device), "exp_avg_sq": state[f"v.{name}"].to(value.device)}
        optimizer.state[value] = {"step": step.clone(), **moments}
    return int(step), optimizer


def keep_state(model, optimizer, step, here):
    state = {"step": torch.tensor(float(step))}
    state |= {f"weights.{name}": value.cpu().contiguous() for name, value in model.state_dict().items()}
    for name, value in model.named_parameters():
        state[f"m.{name}"] = optimizer.state[value]["exp_avg"].cpu().contiguous()
        state[f"v.{name}"] = optimizer.state[value]["exp_avg_sq"].cpu().contiguous()
    save_file(state, here / "training.safetensors")


if __name__ == "__main__":
    main()
`
}

/** A context as the network has it: channels first where it has some, a sequence of vectors as it is. */
function contextRows({ isMoved }: Told): string {
  return isMoved ? 'channels_first(floats(context, mine))' : 'floats(context, mine)'
}
