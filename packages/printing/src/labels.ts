/** `n` in capital letters, by which Theano tells what it prints apart: A … Z, then BA, BB, … */
export function letters(n: number): string {
  const last = String.fromCharCode("A".charCodeAt(0) + (n % 26));
  return n < 26 ? last : letters(Math.floor(n / 26)) + last;
}
