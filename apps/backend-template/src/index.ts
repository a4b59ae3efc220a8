import * as K from "@theano-ts/kernel";

/** A backend that makes a JavaScript function of each map kernel. It must be allowed to make code from text. */
export const javascript = (): K.Backend => ({
  name: "javascript",
  supports: { dtypes: new Set(Object.keys(rounded) as K.RealDType[]), sizes: "arguments" },
  accepts,
  compile,
  allocate: (dtype, length) => ({ dtype, length, data: K.allocate(dtype, length) }) as HostBuffer,
  write: (buffer, data) => hostData(buffer).set(data as never),
  read: (buffer) => hostData(buffer).slice(),
  release: () => {},
});

type HostBuffer = K.DeviceBuffer & { readonly data: K.TypedArray };
type MapStep = K.Work & { readonly kernel: K.MapKernel };

const hostData = (from: K.TypedArray | K.DeviceBuffer): K.TypedArray =>
  K.isDeviceBuffer(from) ? (from as HostBuffer).data : from;

function accepts(step: K.Step): true | string {
  const kind = "kernel" in step ? step.kernel.kind : step.kind;
  if (kind !== "map") return `it runs map kernels only, and this is a ${kind}`;
  // What is read and written has a dtype of ours, or nobody would ask; what is computed in between need not.
  const dtypes = new Set<K.RealDType>();
  K.walk(K.expressions((step as MapStep).kernel), (e) => dtypes.add(e.dtype));
  const missing = [...dtypes].find((dtype) => !(dtype in rounded));
  return missing === undefined || `it does not compute in ${missing}`;
}

function compile(program: K.Program, watch?: K.Watch): K.Executable {
  const steps = program.steps.map((step) => write(step as MapStep, program.sizes));
  return {
    run(sizes, inputs, states) {
      const sizeOf = new Map(program.sizes.map((param, i) => [param.id, sizes[i]!]));
      const integer = (e: K.Expr): number => K.evaluateSize(e, sizeOf);
      const passed = { input: inputs.values(), state: states.values() };
      const dataOf = (b: K.ProgramBuffer): K.TypedArray =>
        b.role === "input" || b.role === "state"
          ? hostData(passed[b.role].next().value!)
          : (b.data ?? K.allocate(b.dtype, integer(b.length)));
      const data = new Map(program.buffers.map((b) => [b, dataOf(b)]));
      watch?.(-1);
      for (const [i, { step, given, call }] of steps.entries()) {
        const result = call(...sizes, ...given.map((x) => data.get(x as K.ProgramBuffer) ?? x));
        if (step.kind === "check" && !result) throw new K.CheckFailure(step.subject);
        watch?.(i);
      }
      const outputs = program.buffers.filter((b) => b.role === "output");
      return outputs.map((b) => data.get(b)!.subarray(b.skip ? integer(b.skip) : 0));
    },
    explain: () => steps.map(({ call }) => String(call)).join("\n"),
  };
}

/** The function of a step, of the sizes and what is `given`. It stores what it computes; a check's returns it. */
function write(step: MapStep, params: readonly K.SizeParam[]) {
  const { axes, inputs, outputs } = step.kernel;
  const [lines, given]: [string[], (K.ProgramBuffer | K.Meaning)[]] = [[], []];
  // What has a name where the next line will stand.
  const names = new Map<K.Expr | K.Reduction, string>(params.map((p, i) => [K.size(p), `s${i}`]));
  // Used twice, it gets a name, to be computed once. Used once, it stays where it is used, and `select` may skip it.
  const [used, repeated] = [new Set<K.Expr>(), new Set<K.Expr>()];
  K.walk(K.expressions(step.kernel), (e) => {
    for (const x of K.operands(e)) (e.kind === "reduce" || used.has(x) ? repeated : used).add(x);
  });
  const text = (e: K.Expr): string => {
    if (names.has(e)) return names.get(e)!;
    if (e.kind === "const") return Object.is(e.value, -0) ? "-0" : String(e.value);
    if (e.kind === "reduce") return reduced(e);
    const made = e.kind === "load" ? loaded(e) : called(e as K.Call, K.operands(e).map(text), give);
    if (!repeated.has(e)) return made;
    lines.push(`const ${name(e, "t")} = ${made};`);
    return text(e);
  };
  const name = (e: K.Expr, letter: string): string => names.set(e, letter + names.size).get(e)!;
  const give = (x: K.ProgramBuffer | K.Meaning): string => {
    if (!given.includes(x)) given.push(x);
    return `g${given.indexOf(x)}`;
  };
  const loaded = ({ input, at }: K.Load): string => element(step.inputs[inputs.indexOf(input)]!, at);
  const element = (view: K.View, at: readonly K.Expr[]): string =>
    `${give(view.buffer)}[${text(K.placeOf(view, at))}]`;
  // Loops over axes, one in the other. What has got a name inside has none outside.
  const loop = ([axis, ...rest]: readonly K.Axis[], body: () => void): unknown => {
    if (!axis) return body();
    const [n, outside] = [text(axis.size), names.size];
    const i = name(K.index(axis), "i");
    lines.push(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`);
    loop(rest, body);
    lines.push("}");
    for (const e of [...names.keys()].slice(outside)) names.delete(e);
  };
  // A reduction by a loop over running values, from which and the next values the reducer makes the new ones.
  const reduced = ({ of, slot }: K.Reduce): string => {
    if (!names.has(of)) {
      const first = of.reducer.init(of.bodies.map((b) => b.dtype)).map(text);
      const carries = of.bodies.map((b) => K.carryValue(K.carry(b.dtype)));
      const sofar = carries.map((c) => name(c, "r"));
      names.set(of, sofar.join());
      lines.push(...sofar.map((r, i) => `let ${r} = ${first[i]};`));
      loop(of.axes, () => {
        const next = of.reducer.combine(carries, of.bodies).map(text);
        lines.push(...sofar.map((r, i) => `const next_${r} = ${next[i]};`));
        lines.push(...sofar.map((r) => `${r} = next_${r};`));
      });
    }
    return names.get(of)!.split(",")[slot]!;
  };
  loop(axes, () => {
    lines.push(...outputs.map(({ value }, i) => `const v${i} = ${text(value)};`));
    // Stored when all are computed: an output may be where an input is read from.
    if (step.kind === "check") lines.push("return v0;");
    else step.outputs.forEach((view, i) => lines.push(`${element(view, axes.map(K.index))} = v${i};`));
  });
  const call = new Function(...params.map((p) => text(K.size(p))), ...given.map(give), lines.join("\n"));
  return { step, given, call };
}

const signs: Record<string, string> = { add: "+", sub: "-", mul: "*", div: "/", and: "&", or: "|", xor: "^" };
const comparisons: Record<string, string> = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" };

/** A primitive as JavaScript has it, as an operator or in `Math`; else by its meaning, which the step is given. */
function called({ prim, args, dtype }: K.Call, texts: string[], give: (f: K.Meaning) => string): string {
  const [x, y, z] = texts;
  const [round, from] = [rounded[dtype]!, args.at(-1)!.dtype];
  if (prim === K.prim.select) return `(${x} ? ${y} : ${z})`;
  if (prim.name in comparisons) return `(${x} ${comparisons[prim.name]} ${y} ? 1 : 0)`;
  if (prim === K.prim.mul && !K.isFloat(dtype)) return round(`Math.imul(${x}, ${y})`);
  if (prim.name in signs) return round(`${x} ${signs[prim.name]} ${y}`);
  if (prim === K.prim.neg) return round(`-${x}`);
  if (prim === K.prim.castPrim && (K.isFloat(dtype) || !K.isFloat(from))) return round(x!);
  // 1 to the power of NaN is 1, but not in JavaScript.
  if (prim.name in Math && prim !== K.prim.pow) return round(`Math.${prim.name}(${texts})`);
  return `${give(prim.meaning(from, dtype)!)}(${texts})`;
}

/** A result made to fit its dtype. Not float16, which arrays hold as bits, nor 64-bit integers, which are bigints. */
const rounded: Record<string, (x: string) => string> = {
  bool: (x) => `(${x} ? 1 : 0)`,
  int8: (x) => `((${x}) << 24 >> 24)`,
  int16: (x) => `((${x}) << 16 >> 16)`,
  int32: (x) => `(${x} | 0)`,
  uint8: (x) => `((${x}) & 255)`,
  uint16: (x) => `((${x}) & 65535)`,
  uint32: (x) => `((${x}) >>> 0)`,
  float32: (x) => `Math.fround(${x})`,
  float64: (x) => `(${x})`,
};
