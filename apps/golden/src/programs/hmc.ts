import theano, {
  type CompiledFunction,
  type FloatX,
  MRG_RandomStreams,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";

type Matrix = TensorVariable<FloatX, 2>;
type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;
/** The energy of each row of positions. */
export type Energy = (positions: Matrix) => Vector;

/** What a sampler is made of. */
export interface HmcOptions {
  readonly positions: SharedVariable<FloatX, 2>;
  readonly energy: Energy;
  readonly initialStepsize: number;
  readonly stepsizeMax: number;
  readonly nSteps: number;
  readonly seed: number;
}

/** Rates of acceptance and bounds of steps, as the tutorial has them. */
const [targetRate, slowness, stepsizeMin, shrink, grow] = [0.9, 0.9, 0.001, 0.98, 1.02];

/** The tutorials' hybrid Monte-Carlo sampler: `hmc.py`. */
export class HmcSampler {
  readonly positions: SharedVariable<FloatX, 2>;
  readonly stepsize: SharedVariable<FloatX, 0>;
  readonly avgAcceptanceRate: SharedVariable<FloatX, 0>;
  /** Goes on to the next sample. */
  readonly simulate: CompiledFunction<undefined>;

  constructor({ positions, energy, initialStepsize, stepsizeMax, nSteps, seed }: HmcOptions) {
    this.positions = positions;
    this.stepsize = theano.shared(initialStepsize, { name: "hmc_stepsize" });
    this.avgAcceptanceRate = theano.shared(targetRate, { name: "avg_acceptance_rate" });
    const rng = new MRG_RandomStreams(seed);

    const velocity = rng.normal({ size: positions.shape });
    const [end, endVelocity] = this.#simulateDynamics(velocity, energy, nSteps);
    const hamiltonian = (at: Matrix, v: Matrix): Vector => energy(at).add(v.pow(2).sum({ axis: 1 }).mul(0.5));
    const before = hamiltonian(positions, velocity);
    const gain = before.sub(hamiltonian(end, endVelocity));
    const accept = T.exp(gain)
      .sub(rng.uniform({ size: before.shape }))
      .ge(0);

    const step = T.switch(
      this.avgAcceptanceRate.gt(targetRate),
      this.stepsize.mul(grow),
      this.stepsize.mul(shrink),
    );
    this.simulate = theano.function([], undefined, {
      updates: [
        [positions, T.switch(accept.dimshuffle(0, "x"), end, positions)],
        [this.stepsize, T.clip(step, stepsizeMin, stepsizeMax)],
        [
          this.avgAcceptanceRate,
          this.avgAcceptanceRate.mul(slowness).add(accept.mean({ dtype: "float64" }).mul(1 - slowness)),
        ],
      ],
    });
  }

  /** Where bodies are after `nSteps` leapfrog steps from where they are now, and how fast. */
  #simulateDynamics(velocity: Matrix, energy: Energy, nSteps: number): [positions: Matrix, velocity: Matrix] {
    const force = (at: Matrix): Matrix => T.grad(energy(at).sum(), at);
    const half = velocity.sub(force(this.positions).mul(this.stepsize.mul(0.5)));
    const [[all, velocities]] = theano.scan(
      (at: Matrix, v: Matrix, step: Scalar): [Matrix, Matrix] => {
        const next = v.sub(force(at).mul(step));
        return [at.add(next.mul(step)), next];
      },
      {
        outputsInfo: [{ initial: this.positions.add(half.mul(this.stepsize)) }, { initial: half }],
        nonSequences: [this.stepsize],
        nSteps: nSteps - 1,
      },
    );
    const end = all.get(-1);
    return [end, velocities.get(-1).sub(force(end).mul(this.stepsize.mul(0.5)))];
  }
}
