export type { Attribute } from "./attributes.ts";
export { type DebugPrintOptions, debugprint } from "./debugprint.ts";
export type { HasGraph, Printable } from "./graphs.ts";
export { minInformativeStr } from "./minInformativeStr.ts";
export { graphDot } from "./picture/dot.ts";
export { graphHtml } from "./picture/html.ts";
export { graphSvg, type PictureOptions } from "./picture/svg.ts";
export { pp } from "./pp.ts";
export { Print, type PrintAction, type PrintOptions } from "./print.ts";
