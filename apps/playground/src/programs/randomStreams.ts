// Random numbers in a graph: each call draws new ones, because the state
// of a stream is updated like any shared variable.
import theano, { RandomStreams } from "theano-ts";

const srng = new RandomStreams({ seed: 324 });
const rvU = srng.uniform({ size: [2, 2] });
const rvN = srng.normal({ size: [2, 2] });
const f = theano.function([], rvU);
const g = theano.function([], rvN, { noDefaultUpdates: true });
const nearlyZeros = theano.function([], rvU.add(rvU).sub(rvU.mul(2)));

console.log("f() draws other numbers each time:", f(), f());
console.log("g() the same ones:", g(), g());
console.log("In one call a variable is drawn once:", nearlyZeros());

// Set the seed of one variable, or of all.
const rng = rvU.rng.getValue({ borrow: true });
rng.seed(89234);
rvU.rng.setValue(rng, { borrow: true });
srng.seed(902340);

// Go back to a state that was kept.
const before = rvU.rng.getValue().getState();
const first = f();
nearlyZeros(); // moves the stream that f uses, too
const third = f();
const again = rvU.rng.getValue();
again.setState(before);
rvU.rng.setValue(again);
console.log(
  "Once more from the state before:",
  first.equals(f()),
  third.equals(f()),
);

// Copy the state of one graph's streams to another's.
const graph = (seed: number) => {
  const streams = new RandomStreams({ seed });
  return {
    streams,
    draw: theano.function([], streams.uniform({ size: [1] })),
  };
};
const [one, two] = [graph(123), graph(987)];
console.log("Two seeds:", one.draw(), two.draw());
one.streams.stateUpdates.forEach(([from], i) => {
  two.streams.stateUpdates[i]?.[0].setValue(from.getValue());
});
console.log("The same state:", one.draw(), two.draw());
