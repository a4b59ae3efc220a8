// What programs import as "theano-ts".
export * from "theano-ts";
export { default } from "theano-ts";
