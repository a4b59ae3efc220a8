// What runs Theano's cases, for a page as for Node: cases and gaps are given as data, and what comes of them is data.

export type { Family } from "./case.ts";
export type { Gap } from "./gaps.ts";
export { type Report, runOn } from "./runOn.ts";
