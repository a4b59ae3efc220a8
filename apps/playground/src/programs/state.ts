// State that functions share and change: updates, givens, and copies.
import theano, { T } from "theano-ts";

// An accumulator returns its state, and then adds its argument to it.
const state = theano.shared(0, { dtype: "int64", name: "state" });
const inc = T.iscalar("inc");
const accumulator = theano.function([inc], state, {
  updates: [[state, state.add(inc)]],
});
console.log(state.getValue(), accumulator(1), state.getValue());
console.log(accumulator(300), state.getValue());
state.setValue(-1);
console.log(accumulator(3), state.getValue());

// Another function of the same state.
const decrementor = theano.function([inc], state, {
  updates: [[state, state.sub(inc)]],
});
console.log(decrementor(2), state.getValue());

// The same expression, of another variable in the place of the state:
// givens put it there.
const fnOfState = state.mul(2).add(inc);
const foo = T.scalar({ dtype: state.dtype });
const skipShared = theano.function([inc, foo], fnOfState, {
  givens: [[state, foo]],
});
console.log(skipShared(1, 3), state.getValue());

// A copy with a state of its own, and one without updates.
accumulator(10);
const newState = theano.shared(0, { dtype: "int64", name: "newState" });
const newAccumulator = accumulator.copy({ swap: [[state, newState]] });
newAccumulator(100);
console.log(newState.getValue(), state.getValue());
const nullAccumulator = accumulator.copy({ deleteUpdates: true });
nullAccumulator(9000);
console.log(state.getValue());
