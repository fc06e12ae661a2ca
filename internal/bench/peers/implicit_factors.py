"""Matrix factorisation of implicit (https://github.com/benfred/implicit): seconds of each pass over the data.

argv: train.tsv.gz with columns user and item, `als` or `bpr`, factors, passes, threads. Prints one line of JSON.
"""

import gzip
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as implicit asks for: it has threads of its own

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

path, method, factors, passes, threads = *sys.argv[1:3], *map(int, sys.argv[3:6])
with gzip.open(path, "rt") as lines:
    next(lines)
    pairs = np.array([line.split("\t")[:2] for line in lines], dtype=np.int64)
users, items = (np.unique(column, return_inverse=True)[1] for column in pairs.T)
matrix = csr_matrix((np.ones(len(pairs), dtype=np.float32), (users, items)))
common = dict(factors=factors, iterations=passes, num_threads=threads, random_state=42)
seconds = []
if method == "als":
    model = AlternatingLeastSquares(use_cg=True, **common)
    model.fit(matrix, show_progress=False, callback=lambda _, elapsed, *rest: seconds.append(elapsed))
else:
    model = BayesianPersonalizedRanking(learning_rate=0.05, regularization=0.01, **common)
    times = []
    model.fit(matrix, show_progress=False, callback=lambda *_: times.append(time.perf_counter()))
    seconds = np.diff(times).tolist()
print(json.dumps({"seconds": seconds}))
