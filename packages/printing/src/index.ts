export { pp } from "./pp.ts";
