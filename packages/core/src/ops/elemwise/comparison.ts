import { type Expr, prim } from "@theano-ts/kernel";
import type { Prim } from "@theano-ts/kernel";
import { flat } from "./basic.ts";
import { bool, promotedNoComplex } from "./dtypes.ts";
import { type ComplexExpr, elemwise, type ElemwiseFunction } from "./elemwise.ts";

/** Operands are compared as what holds both; complex numbers have no order. The gradient is zero. */
const order = (name: string, compare: () => Prim): ElemwiseFunction =>
  elemwise(name, 2, {
    dtype: (dtypes) => (promotedNoComplex(dtypes), "bool"),
    scalar: (x, y) => compare()(x as Expr, y as Expr),
    grad: (inputs) => flat(inputs),
  });

/** Whether `x < y`: bool. */
export const lt: ElemwiseFunction = /* @__PURE__ */ order("lt", () => prim.lt);
/** Whether `x > y`: bool. */
export const gt: ElemwiseFunction = /* @__PURE__ */ order("gt", () => prim.gt);
/** Whether `x ≤ y`: bool. */
export const le: ElemwiseFunction = /* @__PURE__ */ order("le", () => prim.le);
/** Whether `x ≥ y`: bool. */
export const ge: ElemwiseFunction = /* @__PURE__ */ order("ge", () => prim.ge);

/** Whether `x = y`: bool. NaN equals nothing. */
export const eq: ElemwiseFunction = /* @__PURE__ */ elemwise("eq", 2, {
  dtype: bool,
  commutative: true,
  scalar: (x, y) => prim.eq(x as Expr, y as Expr),
  complex: (x, y) => {
    const [a, b] = [x, y] as [ComplexExpr, ComplexExpr];
    return prim.and(prim.eq(a.re, b.re), prim.eq(a.im, b.im));
  },
  grad: (inputs) => flat(inputs),
});

/** Whether `x ≠ y`: bool. */
export const neq: ElemwiseFunction = /* @__PURE__ */ elemwise("neq", 2, {
  dtype: bool,
  commutative: true,
  scalar: (x, y) => prim.ne(x as Expr, y as Expr),
  complex: (x, y) => {
    const [a, b] = [x, y] as [ComplexExpr, ComplexExpr];
    return prim.or(prim.ne(a.re, b.re), prim.ne(a.im, b.im));
  },
  grad: (inputs) => flat(inputs),
});
