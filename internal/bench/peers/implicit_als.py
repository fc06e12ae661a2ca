"""Alternating least squares of implicit (https://github.com/benfred/implicit): seconds of an iteration.

argv: train.tsv.gz with columns user and item, factors, iterations, threads. Prints one line of JSON.
"""

import gzip
import json
import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as implicit asks for: it has threads of its own

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

path, factors, iterations, threads = sys.argv[1], *map(int, sys.argv[2:5])
with gzip.open(path, "rt") as lines:
    next(lines)
    pairs = np.array([line.split("\t")[:2] for line in lines], dtype=np.int64)
users, items = (np.unique(column, return_inverse=True)[1] for column in pairs.T)
matrix = csr_matrix((np.ones(len(pairs), dtype=np.float32), (users, items)))
model = AlternatingLeastSquares(
    factors=factors, iterations=iterations, num_threads=threads, use_cg=True, random_state=42
)
seconds = []


def note(iteration, elapsed, *rest):
    seconds.append(elapsed)


model.fit(matrix, show_progress=False, callback=note)
print(json.dumps({"seconds": seconds}))
