"""Draws walks with PecanPy's simulate_walks, which makes lists of ids, and prints walks/s as one line of JSON.

usage: pecanpy_walks.py EDGES MODE THREADS LENGTH
EDGES: "a<tab>b<tab>weight" a line. MODE: FirstOrderUnweighted, SparseOTF (p 0.5, q 2) or PreComp (p 0.5, q 2), or PreCompFirstOrder (weighted, p 1, q 1).
"""
import json
import sys
import time

import pecanpy.pecanpy as pecanpy

edges, mode, threads, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
first_order = mode.endswith("FirstOrder") or mode == "FirstOrderUnweighted"
p, q = (1, 1) if first_order else (0.5, 2)
graph = getattr(pecanpy, mode)(p=p, q=q, workers=threads, verbose=False)
graph.read_edg(edges, mode != "FirstOrderUnweighted", False)
started = time.perf_counter()
graph.preprocess_transition_probs()
set_up = time.perf_counter() - started
graph.simulate_walks(num_walks=1, walk_length=length - 1)  # compiles
started = time.perf_counter()
walks = graph.simulate_walks(num_walks=5, walk_length=length - 1)
seconds = time.perf_counter() - started
print(json.dumps({"walksPerSecond": len(walks) / seconds, "setUp": set_up}))
