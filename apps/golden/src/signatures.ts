/**
 * The parameters of Theano's functions that are not just operands, by our names: first those that we take by position,
 * then, after `|`, those that we take in an options object. A star marks operands, whose literals get Python's dtypes;
 * a leading `...` one that takes all that is left, and `[]` a list that Python may write out. What is not here takes operands only, and keywords as options.
 */
export const signatures: Readonly<Record<string, string>> = {
  // Reductions.
  sum: "*x | axis dtype keepdims accDtype",
  prod: "*x | axis dtype keepdims accDtype noZerosInInput",
  mean: "*x | axis dtype op keepdims accDtype",
  max: "*x | axis keepdims",
  min: "*x | axis keepdims",
  argmax: "*x | axis keepdims",
  argmin: "*x | axis keepdims",
  maxAndArgmax: "*x | axis keepdims",
  any: "*x | axis keepdims",
  all: "*x | axis keepdims",
  var: "*x | axis ddof keepdims corrected",
  std: "*x | axis ddof keepdims corrected",
  ptp: "*x | axis",
  cumsum: "*x axis",
  cumprod: "*x axis",
  diff: "*x | n axis",
  norm: "*x ord | axis",
  // Shapes.
  reshape: "*x shape | ndim",
  flatten: "*x ndim",
  join: "axis ...*tensors",
  stack: "*tensors | axis",
  concatenate: "*tensors | axis",
  split: "*x splitsSize nSplits | axis",
  tile: "*x reps | ndim",
  repeat: "*x repeats | axis",
  roll: "*x shift | axis",
  swapaxes: "*x axis1 axis2",
  transpose: "*x axes[]",
  diag: "*x k",
  diagonal: "*x | offset axis1 axis2",
  tril: "*x k",
  triu: "*x k",
  eye: "n m k | dtype",
  tri: "n m k | dtype",
  arange: "*start *stop *step | dtype",
  ones: "shape | dtype",
  zeros: "shape | dtype",
  alloc: "*value ...shape",
  patternbroadcast: "*x broadcastable",
  addbroadcast: "*x ...axes",
  unbroadcast: "*x ...axes",
  shapePadleft: "*x nOnes",
  shapePadright: "*x nOnes",
  shapePadaxis: "*x axis",
  specifyShape: "*x shape",
  bartlett: "m",
  toOneHot: "*y nbClass | dtype",
  permuteRowElements: "*x *y | inverse",
  fillDiagonalOffset: "*a *val *offset",
  dimshuffle: "*x ...order",
  // Elements.
  cast: "*x dtype",
  astype: "*x dtype",
  zerosLike: "*model | dtype",
  onesLike: "*model | dtype",
  round: "*x | mode",
  iround: "*x | mode",
  relu: "*x *alpha",
  elu: "*x *alpha",
  isclose: "*x *y | rtol atol equalNan",
  allclose: "*x *y | rtol atol equalNan",
  constant: "value | name ndim dtype",
  asTensorVariable: "*x | name ndim",
  // Indices.
  take: "*x *indices | axis mode",
  sort: "*x | axis kind order",
  argsort: "*x | axis kind order",
  topk: "*x kth | axis sorted idxDtype",
  argtopk: "*x kth | axis sorted idxDtype",
  topkAndArgtopk: "*x kth | axis sorted idxDtype",
  compress: "*condition *x | axis",
  choose: "*x *choices | out mode",
  setSubtensor: "*x *y | inplace tolerateInplaceAliasing",
  incSubtensor: "*x *y | inplace setInsteadOfInc tolerateInplaceAliasing",
  // Linear algebra.
  tensordot: "*x *y axes",
  batchedTensordot: "*x *y axes",
  matrixPower: "*x n",
  // Gradients.
  grad: "cost wrt | considerConstant disconnectedInputs addNames knownGrads returnDisconnected nullGradients",
  Rop: "f wrt points | disconnectedOutputs returnDisconnected",
  Lop: "f wrt points | considerConstant disconnectedInputs",
  jacobian: "expression wrt | considerConstant disconnectedInputs",
  hessian: "cost wrt | considerConstant disconnectedInputs",
  considerConstant: "x",
  disconnectedGrad: "x",
  zeroGrad: "x",
  undefinedGrad: "x",
  gradClip: "x lower upper",
  gradScale: "x multiplier",
  // The rest.
  clone: "output | replace strict shareInputs",
  pp: "v",
};

/** A parameter: what it is called, and whether it is an operand. */
export interface Parameter {
  readonly name: string;
  readonly isOperand: boolean;
  readonly takesRest: boolean;
  /** Python may write a list of it out, argument by argument. */
  readonly collects: boolean;
}

export interface Signature {
  readonly positional: readonly Parameter[];
  readonly options: readonly Parameter[];
}

/** The signature that a line of the table says. */
export function readSignature(line: string): Signature {
  const [positional = "", options = ""] = line.split("|");
  const parameters = (text: string): Parameter[] => text.split(/\s+/).filter(Boolean).map(readParameter);
  return { positional: parameters(positional), options: parameters(options) };
}

function readParameter(word: string): Parameter {
  return {
    name: word.replace(/^[.*]+|\[\]$/g, ""),
    isOperand: word.includes("*"),
    takesRest: word.startsWith("..."),
    collects: word.endsWith("[]"),
  };
}

/** Operands only: what functions that are not in the table take. */
export const operandsOnly: Signature = { positional: [readParameter("...*x")], options: [] };
