import type { FloatX } from "@theano-ts/core";
import {
  type Constructor,
  type Constructors,
  constructor,
  constructors,
  type FloatConstructor,
} from "./variables.ts";

// Theano's names of variables: a letter for the dtype (floatX without one), the shape, and plurals for several at once.
// Each is a constant of its own, so that a bundler takes only what a program names.

type Floats<N extends number> = Constructors<FloatX, N>;

/** Variables that are scalars: of floatX, or of the dtype of the letter. */
export const scalar: FloatConstructor<0> = /* @__PURE__ */ constructor(undefined, 0);
export const bscalar: Constructor<"int8", 0> = /* @__PURE__ */ constructor("int8", 0);
export const wscalar: Constructor<"int16", 0> = /* @__PURE__ */ constructor("int16", 0);
export const iscalar: Constructor<"int32", 0> = /* @__PURE__ */ constructor("int32", 0);
export const lscalar: Constructor<"int64", 0> = /* @__PURE__ */ constructor("int64", 0);
export const fscalar: Constructor<"float32", 0> = /* @__PURE__ */ constructor("float32", 0);
export const dscalar: Constructor<"float64", 0> = /* @__PURE__ */ constructor("float64", 0);
export const cscalar: Constructor<"complex64", 0> = /* @__PURE__ */ constructor("complex64", 0);
export const zscalar: Constructor<"complex128", 0> = /* @__PURE__ */ constructor("complex128", 0);
export const scalars: Floats<0> = /* @__PURE__ */ constructors(undefined, 0);
export const bscalars: Constructors<"int8", 0> = /* @__PURE__ */ constructors("int8", 0);
export const wscalars: Constructors<"int16", 0> = /* @__PURE__ */ constructors("int16", 0);
export const iscalars: Constructors<"int32", 0> = /* @__PURE__ */ constructors("int32", 0);
export const lscalars: Constructors<"int64", 0> = /* @__PURE__ */ constructors("int64", 0);
export const fscalars: Constructors<"float32", 0> = /* @__PURE__ */ constructors("float32", 0);
export const dscalars: Constructors<"float64", 0> = /* @__PURE__ */ constructors("float64", 0);
export const cscalars: Constructors<"complex64", 0> = /* @__PURE__ */ constructors("complex64", 0);
export const zscalars: Constructors<"complex128", 0> = /* @__PURE__ */ constructors("complex128", 0);

/** Variables that are vectors: of floatX, or of the dtype of the letter. */
export const vector: FloatConstructor<1> = /* @__PURE__ */ constructor(undefined, 1);
export const bvector: Constructor<"int8", 1> = /* @__PURE__ */ constructor("int8", 1);
export const wvector: Constructor<"int16", 1> = /* @__PURE__ */ constructor("int16", 1);
export const ivector: Constructor<"int32", 1> = /* @__PURE__ */ constructor("int32", 1);
export const lvector: Constructor<"int64", 1> = /* @__PURE__ */ constructor("int64", 1);
export const fvector: Constructor<"float32", 1> = /* @__PURE__ */ constructor("float32", 1);
export const dvector: Constructor<"float64", 1> = /* @__PURE__ */ constructor("float64", 1);
export const cvector: Constructor<"complex64", 1> = /* @__PURE__ */ constructor("complex64", 1);
export const zvector: Constructor<"complex128", 1> = /* @__PURE__ */ constructor("complex128", 1);
export const vectors: Floats<1> = /* @__PURE__ */ constructors(undefined, 1);
export const bvectors: Constructors<"int8", 1> = /* @__PURE__ */ constructors("int8", 1);
export const wvectors: Constructors<"int16", 1> = /* @__PURE__ */ constructors("int16", 1);
export const ivectors: Constructors<"int32", 1> = /* @__PURE__ */ constructors("int32", 1);
export const lvectors: Constructors<"int64", 1> = /* @__PURE__ */ constructors("int64", 1);
export const fvectors: Constructors<"float32", 1> = /* @__PURE__ */ constructors("float32", 1);
export const dvectors: Constructors<"float64", 1> = /* @__PURE__ */ constructors("float64", 1);
export const cvectors: Constructors<"complex64", 1> = /* @__PURE__ */ constructors("complex64", 1);
export const zvectors: Constructors<"complex128", 1> = /* @__PURE__ */ constructors("complex128", 1);

/** Variables that are matrices: of floatX, or of the dtype of the letter. */
export const matrix: FloatConstructor<2> = /* @__PURE__ */ constructor(undefined, 2);
export const bmatrix: Constructor<"int8", 2> = /* @__PURE__ */ constructor("int8", 2);
export const wmatrix: Constructor<"int16", 2> = /* @__PURE__ */ constructor("int16", 2);
export const imatrix: Constructor<"int32", 2> = /* @__PURE__ */ constructor("int32", 2);
export const lmatrix: Constructor<"int64", 2> = /* @__PURE__ */ constructor("int64", 2);
export const fmatrix: Constructor<"float32", 2> = /* @__PURE__ */ constructor("float32", 2);
export const dmatrix: Constructor<"float64", 2> = /* @__PURE__ */ constructor("float64", 2);
export const cmatrix: Constructor<"complex64", 2> = /* @__PURE__ */ constructor("complex64", 2);
export const zmatrix: Constructor<"complex128", 2> = /* @__PURE__ */ constructor("complex128", 2);
export const matrices: Floats<2> = /* @__PURE__ */ constructors(undefined, 2);
export const bmatrices: Constructors<"int8", 2> = /* @__PURE__ */ constructors("int8", 2);
export const wmatrices: Constructors<"int16", 2> = /* @__PURE__ */ constructors("int16", 2);
export const imatrices: Constructors<"int32", 2> = /* @__PURE__ */ constructors("int32", 2);
export const lmatrices: Constructors<"int64", 2> = /* @__PURE__ */ constructors("int64", 2);
export const fmatrices: Constructors<"float32", 2> = /* @__PURE__ */ constructors("float32", 2);
export const dmatrices: Constructors<"float64", 2> = /* @__PURE__ */ constructors("float64", 2);
export const cmatrices: Constructors<"complex64", 2> = /* @__PURE__ */ constructors("complex64", 2);
export const zmatrices: Constructors<"complex128", 2> = /* @__PURE__ */ constructors("complex128", 2);

/** Variables that are rows, matrices with one row: of floatX, or of the dtype of the letter. */
export const row: FloatConstructor<2> = /* @__PURE__ */ constructor(undefined, "row");
export const brow: Constructor<"int8", 2> = /* @__PURE__ */ constructor("int8", "row");
export const wrow: Constructor<"int16", 2> = /* @__PURE__ */ constructor("int16", "row");
export const irow: Constructor<"int32", 2> = /* @__PURE__ */ constructor("int32", "row");
export const lrow: Constructor<"int64", 2> = /* @__PURE__ */ constructor("int64", "row");
export const frow: Constructor<"float32", 2> = /* @__PURE__ */ constructor("float32", "row");
export const drow: Constructor<"float64", 2> = /* @__PURE__ */ constructor("float64", "row");
export const crow: Constructor<"complex64", 2> = /* @__PURE__ */ constructor("complex64", "row");
export const zrow: Constructor<"complex128", 2> = /* @__PURE__ */ constructor("complex128", "row");
export const rows: Floats<2> = /* @__PURE__ */ constructors(undefined, "row");
export const brows: Constructors<"int8", 2> = /* @__PURE__ */ constructors("int8", "row");
export const wrows: Constructors<"int16", 2> = /* @__PURE__ */ constructors("int16", "row");
export const irows: Constructors<"int32", 2> = /* @__PURE__ */ constructors("int32", "row");
export const lrows: Constructors<"int64", 2> = /* @__PURE__ */ constructors("int64", "row");
export const frows: Constructors<"float32", 2> = /* @__PURE__ */ constructors("float32", "row");
export const drows: Constructors<"float64", 2> = /* @__PURE__ */ constructors("float64", "row");
export const crows: Constructors<"complex64", 2> = /* @__PURE__ */ constructors("complex64", "row");
export const zrows: Constructors<"complex128", 2> = /* @__PURE__ */ constructors("complex128", "row");

/** Variables that are columns, matrices with one column: of floatX, or of the dtype of the letter. */
export const col: FloatConstructor<2> = /* @__PURE__ */ constructor(undefined, "col");
export const bcol: Constructor<"int8", 2> = /* @__PURE__ */ constructor("int8", "col");
export const wcol: Constructor<"int16", 2> = /* @__PURE__ */ constructor("int16", "col");
export const icol: Constructor<"int32", 2> = /* @__PURE__ */ constructor("int32", "col");
export const lcol: Constructor<"int64", 2> = /* @__PURE__ */ constructor("int64", "col");
export const fcol: Constructor<"float32", 2> = /* @__PURE__ */ constructor("float32", "col");
export const dcol: Constructor<"float64", 2> = /* @__PURE__ */ constructor("float64", "col");
export const ccol: Constructor<"complex64", 2> = /* @__PURE__ */ constructor("complex64", "col");
export const zcol: Constructor<"complex128", 2> = /* @__PURE__ */ constructor("complex128", "col");
export const cols: Floats<2> = /* @__PURE__ */ constructors(undefined, "col");
export const bcols: Constructors<"int8", 2> = /* @__PURE__ */ constructors("int8", "col");
export const wcols: Constructors<"int16", 2> = /* @__PURE__ */ constructors("int16", "col");
export const icols: Constructors<"int32", 2> = /* @__PURE__ */ constructors("int32", "col");
export const lcols: Constructors<"int64", 2> = /* @__PURE__ */ constructors("int64", "col");
export const fcols: Constructors<"float32", 2> = /* @__PURE__ */ constructors("float32", "col");
export const dcols: Constructors<"float64", 2> = /* @__PURE__ */ constructors("float64", "col");
export const ccols: Constructors<"complex64", 2> = /* @__PURE__ */ constructors("complex64", "col");
export const zcols: Constructors<"complex128", 2> = /* @__PURE__ */ constructors("complex128", "col");

/** Variables that are tensor3s: of floatX, or of the dtype of the letter. */
export const tensor3: FloatConstructor<3> = /* @__PURE__ */ constructor(undefined, 3);
export const btensor3: Constructor<"int8", 3> = /* @__PURE__ */ constructor("int8", 3);
export const wtensor3: Constructor<"int16", 3> = /* @__PURE__ */ constructor("int16", 3);
export const itensor3: Constructor<"int32", 3> = /* @__PURE__ */ constructor("int32", 3);
export const ltensor3: Constructor<"int64", 3> = /* @__PURE__ */ constructor("int64", 3);
export const ftensor3: Constructor<"float32", 3> = /* @__PURE__ */ constructor("float32", 3);
export const dtensor3: Constructor<"float64", 3> = /* @__PURE__ */ constructor("float64", 3);
export const ctensor3: Constructor<"complex64", 3> = /* @__PURE__ */ constructor("complex64", 3);
export const ztensor3: Constructor<"complex128", 3> = /* @__PURE__ */ constructor("complex128", 3);
export const tensor3s: Floats<3> = /* @__PURE__ */ constructors(undefined, 3);
export const btensor3s: Constructors<"int8", 3> = /* @__PURE__ */ constructors("int8", 3);
export const wtensor3s: Constructors<"int16", 3> = /* @__PURE__ */ constructors("int16", 3);
export const itensor3s: Constructors<"int32", 3> = /* @__PURE__ */ constructors("int32", 3);
export const ltensor3s: Constructors<"int64", 3> = /* @__PURE__ */ constructors("int64", 3);
export const ftensor3s: Constructors<"float32", 3> = /* @__PURE__ */ constructors("float32", 3);
export const dtensor3s: Constructors<"float64", 3> = /* @__PURE__ */ constructors("float64", 3);
export const ctensor3s: Constructors<"complex64", 3> = /* @__PURE__ */ constructors("complex64", 3);
export const ztensor3s: Constructors<"complex128", 3> = /* @__PURE__ */ constructors("complex128", 3);

/** Variables that are tensor4s: of floatX, or of the dtype of the letter. */
export const tensor4: FloatConstructor<4> = /* @__PURE__ */ constructor(undefined, 4);
export const btensor4: Constructor<"int8", 4> = /* @__PURE__ */ constructor("int8", 4);
export const wtensor4: Constructor<"int16", 4> = /* @__PURE__ */ constructor("int16", 4);
export const itensor4: Constructor<"int32", 4> = /* @__PURE__ */ constructor("int32", 4);
export const ltensor4: Constructor<"int64", 4> = /* @__PURE__ */ constructor("int64", 4);
export const ftensor4: Constructor<"float32", 4> = /* @__PURE__ */ constructor("float32", 4);
export const dtensor4: Constructor<"float64", 4> = /* @__PURE__ */ constructor("float64", 4);
export const ctensor4: Constructor<"complex64", 4> = /* @__PURE__ */ constructor("complex64", 4);
export const ztensor4: Constructor<"complex128", 4> = /* @__PURE__ */ constructor("complex128", 4);
export const tensor4s: Floats<4> = /* @__PURE__ */ constructors(undefined, 4);
export const btensor4s: Constructors<"int8", 4> = /* @__PURE__ */ constructors("int8", 4);
export const wtensor4s: Constructors<"int16", 4> = /* @__PURE__ */ constructors("int16", 4);
export const itensor4s: Constructors<"int32", 4> = /* @__PURE__ */ constructors("int32", 4);
export const ltensor4s: Constructors<"int64", 4> = /* @__PURE__ */ constructors("int64", 4);
export const ftensor4s: Constructors<"float32", 4> = /* @__PURE__ */ constructors("float32", 4);
export const dtensor4s: Constructors<"float64", 4> = /* @__PURE__ */ constructors("float64", 4);
export const ctensor4s: Constructors<"complex64", 4> = /* @__PURE__ */ constructors("complex64", 4);
export const ztensor4s: Constructors<"complex128", 4> = /* @__PURE__ */ constructors("complex128", 4);

/** Variables that are tensor5s: of floatX, or of the dtype of the letter. */
export const tensor5: FloatConstructor<5> = /* @__PURE__ */ constructor(undefined, 5);
export const btensor5: Constructor<"int8", 5> = /* @__PURE__ */ constructor("int8", 5);
export const wtensor5: Constructor<"int16", 5> = /* @__PURE__ */ constructor("int16", 5);
export const itensor5: Constructor<"int32", 5> = /* @__PURE__ */ constructor("int32", 5);
export const ltensor5: Constructor<"int64", 5> = /* @__PURE__ */ constructor("int64", 5);
export const ftensor5: Constructor<"float32", 5> = /* @__PURE__ */ constructor("float32", 5);
export const dtensor5: Constructor<"float64", 5> = /* @__PURE__ */ constructor("float64", 5);
export const ctensor5: Constructor<"complex64", 5> = /* @__PURE__ */ constructor("complex64", 5);
export const ztensor5: Constructor<"complex128", 5> = /* @__PURE__ */ constructor("complex128", 5);
export const tensor5s: Floats<5> = /* @__PURE__ */ constructors(undefined, 5);
export const btensor5s: Constructors<"int8", 5> = /* @__PURE__ */ constructors("int8", 5);
export const wtensor5s: Constructors<"int16", 5> = /* @__PURE__ */ constructors("int16", 5);
export const itensor5s: Constructors<"int32", 5> = /* @__PURE__ */ constructors("int32", 5);
export const ltensor5s: Constructors<"int64", 5> = /* @__PURE__ */ constructors("int64", 5);
export const ftensor5s: Constructors<"float32", 5> = /* @__PURE__ */ constructors("float32", 5);
export const dtensor5s: Constructors<"float64", 5> = /* @__PURE__ */ constructors("float64", 5);
export const ctensor5s: Constructors<"complex64", 5> = /* @__PURE__ */ constructors("complex64", 5);
export const ztensor5s: Constructors<"complex128", 5> = /* @__PURE__ */ constructors("complex128", 5);
