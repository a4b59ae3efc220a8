import { block, type Pair } from "./threefry.ts";

// The known answers that the authors publish with Random123: twenty rounds, counter, key, block.
test.each<[counter: Pair<number>, key: Pair<number>, expected: Pair<number>]>([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
])("Threefry of %j by %j", (counter, key, expected) => {
  expect(block(key, counter)).toEqual(expected);
});
