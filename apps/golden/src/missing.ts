/** What a case asks for and the library does not have. */
export class Missing extends Error {
  override name = "AttributeError";
}
