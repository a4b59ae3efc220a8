export * from "./besselI.ts";
export { j0, j1, jv } from "./besselJ.ts";
export * from "./digamma.ts";
export { erf, erfc, erfcx } from "./erf.ts";
export * from "./erfinv.ts";
export { gamma, gammaln } from "./gamma.ts";
export * from "./gammainc.ts";
export * from "./roundHalfEven.ts";
