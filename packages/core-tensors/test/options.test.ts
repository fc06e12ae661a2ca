import {
  BackendError,
  FormatError,
  KithError,
  MemoryError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  ShapeError,
  TrainingError,
  UnknownIdError,
} from "../src/errors.ts";
import {
  flag,
  fraction,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  resolveOptions,
  wholeNumber,
} from "../src/options.ts";

interface Options {
  dim?: number;
  layers?: number;
  rate?: number;
  dropout?: number;
  margin?: number;
  loss?: "bpr" | "softmax";
  lazy?: boolean;
}

const resolve = (given: Options) =>
  resolveOptions<Options>("Model", given, {
    dim: positiveInteger(64),
    layers: wholeNumber(3, 0, 10),
    rate: positive(0.1),
    dropout: fraction(0),
    margin: nonNegative(1),
    loss: oneOf(["bpr", "softmax"], "bpr"),
    lazy: flag(false),
  });

const defaults = { dim: 64, layers: 3, rate: 0.1, dropout: 0, margin: 1, loss: "bpr", lazy: false };

test("what is left out or undefined has its default", () => {
  expect(resolve({})).toEqual(defaults);
  expect(resolve({ dim: undefined, layers: 0, lazy: true } as never)).toEqual({
    ...defaults,
    layers: 0,
    lazy: true,
  });
});

test.each([
  [{ dim: 0 }, 'Model: option "dim" must be a whole number from 1 to 2147483647, got 0'],
  [{ dim: 1.5 }, 'Model: option "dim" must be a whole number from 1 to 2147483647, got 1.5'],
  [{ dim: "64" }, 'Model: option "dim" must be a whole number from 1 to 2147483647, got "64"'],
  [{ dim: null }, 'Model: option "dim" must be a whole number from 1 to 2147483647, got null'],
  [{ layers: 11 }, 'Model: option "layers" must be a whole number from 0 to 10, got 11'],
  [{ rate: 0 }, 'Model: option "rate" must be a finite number above 0, got 0'],
  [
    { rate: Number.POSITIVE_INFINITY },
    'Model: option "rate" must be a finite number above 0, got Infinity',
  ],
  [
    { dropout: 1 },
    'Model: option "dropout" must be a number from 0 up to but not including 1, got 1',
  ],
  [{ margin: -1 }, 'Model: option "margin" must be a finite number of at least 0, got -1'],
  [{ loss: "mse" }, 'Model: option "loss" must be one of "bpr", "softmax", got "mse"'],
  [{ lazy: 1 }, 'Model: option "lazy" must be true or false, got 1'],
  [
    { embeddingDim: 4 },
    'Model: option "embeddingDim" is unknown; it takes dim, layers, rate, dropout, margin, loss, lazy',
  ],
  [
    { toString: 4 },
    'Model: option "toString" is unknown; it takes dim, layers, rate, dropout, margin, loss, lazy',
  ],
])("%j is refused", (given, message) => {
  expect(() => resolve(given as never)).toThrow(message);
  expect(() => resolve(given as never)).toThrow(OptionError);
});

test("an option error says which option", () => {
  expect(new OptionError("Model", "dim", "is odd")).toMatchObject({
    option: "dim",
    message: 'Model: option "dim" is odd',
  });
});

test.each([
  [new KithError("m"), "KithError", "m"],
  [
    new ShapeError("matmul", [3, 4], [3, 5]),
    "ShapeError",
    "matmul: expected shape [3, 4], got [3, 5]",
  ],
  [new ShapeError("item", "one element", [2]), "ShapeError", "item: expected one element, got [2]"],
  [new NotFittedError("LightGCN"), "NotFittedError", "LightGCN: call fit() or load() first"],
  [new UnknownIdError("user", "ann"), "UnknownIdError", 'user "ann" is unknown'],
  [
    new UnknownIdError("item", 7, "it was never bought"),
    "UnknownIdError",
    "item 7 is unknown; it was never bought",
  ],
  [new NotSupportedError("m"), "NotSupportedError", "m"],
  [new FormatError("m"), "FormatError", "m"],
  [new TrainingError("m"), "TrainingError", "m"],
  [new MemoryError("m"), "MemoryError", "m"],
  [new BackendError("m"), "BackendError", "m"],
])("%s is a KithError with its own name", (error, name, message) => {
  expect(error).toBeInstanceOf(KithError);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.message, String(error)]).toEqual([
    name,
    message,
    `${name}: ${message}`,
  ]);
});
