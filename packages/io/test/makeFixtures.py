"""Writes fixtures.json: files as NumPy writes them (base64), and the arrays in them. Made with NumPy 1.24."""
import base64
import io
import json
import zipfile

import numpy as np

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
          "float16", "float32", "float64", "complex64", "complex128"]


def example(dtype):
    if dtype == "bool":
        return np.array([[True, False, True], [False, False, True]])
    kind = np.dtype(dtype).kind
    if kind in "iu":
        info = np.iinfo(dtype)
        return np.array([[info.min, info.max, 1], [2, 3, info.max - 1]], dtype)
    values = np.array([[0.1, -0.0, np.inf], [-np.inf, np.nan, 6e-5]])
    return (values * (1 - 0.5j) if kind == "c" else values).astype(dtype)


def plain(x):
    """An element as text: exact, and the same for every zero, infinity and NaN."""
    if isinstance(x, complex):
        return [plain(x.real), plain(x.imag)]
    return x.hex() if isinstance(x, float) else str(int(x))


def described(array):
    wide = array.astype("complex128" if array.dtype.kind == "c" else "float64") if array.dtype.kind in "fc" else array
    return {"dtype": array.dtype.newbyteorder("=").name, "shape": list(array.shape),
            "elements": [plain(x) for x in wide.ravel().tolist()]}


def text(data):
    return base64.b64encode(data).decode()


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version)
    return {"file": text(out.getvalue()), **described(array)}


def npz(save, arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return {"file": text(out.getvalue()), "arrays": {k: described(v) for k, v in arrays.items()}}


arrays = {name: example(name) for name in DTYPES}
files = {name: npy(array) for name, array in arrays.items()}
files.update({f"{name}, big-endian": npy(a.astype(a.dtype.newbyteorder(">"))) for name, a in arrays.items()})
files.update({
    "fortran order": npy(np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))),
    "version 2.0": npy(arrays["int32"], (2, 0)),
    "version 3.0": npy(arrays["int32"], (3, 0)),
    "scalar": npy(np.array(3.5)),
    "empty": npy(np.zeros((0, 3), "float32")),
    "vector": npy(np.arange(5)),
})
some = {"w": arrays["float64"], "b.c": np.arange(300) % 7, "grün": np.array(1, "int8")}
archives = {"savez": npz(np.savez, some), "savez_compressed": npz(np.savez_compressed, some)}
with open("fixtures.json", "w") as out:
    json.dump({"npy": files, "npz": archives}, out, indent=1, ensure_ascii=False)
    out.write("\n")
