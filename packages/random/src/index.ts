export { MT19937, type MT19937State } from "./mt19937.ts";
