"""Trains gensim's Word2Vec on walks and prints words/s and the AUC of labelled pairs as one line of JSON.

usage: gensim_word2vec.py WALKS PAIRS DIM WINDOW NEGATIVES EPOCHS WORKERS SEED [SAMPLE]
WALKS: a walk a line, nodes separated by blanks. PAIRS: "a b label" a line.
"""
import json
import sys
import time

import gensim
import numpy as np
from gensim.models import Word2Vec

walks, pairs, *numbers = sys.argv[1:]
dim, window, negatives, epochs, workers, seed = (int(n) for n in numbers[:6])
sample = float(numbers[6]) if len(numbers) > 6 else 0.0
sentences = [line.split() for line in open(walks)]
model = Word2Vec(
    vector_size=dim, window=window, negative=negatives, sg=1, hs=0, min_count=1,
    sample=sample, workers=workers, seed=seed, epochs=epochs,
)
model.build_vocab(sentences)
started = time.perf_counter()
model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
seconds = time.perf_counter() - started
rows = [line.split() for line in open(pairs)]
known = [(model.wv.key_to_index[a], model.wv.key_to_index[b], int(label)) for a, b, label in rows
         if a in model.wv.key_to_index and b in model.wv.key_to_index]
a, b, labels = (np.array(column) for column in zip(*known))


def auc(scores):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    sums = np.zeros(len(values))
    np.add.at(sums, inverse, ranks)
    ranks = (sums / counts)[inverse]
    positives = labels.sum()
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives)))


vectors = model.wv.vectors.astype(np.float64)
unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
print(json.dumps({
    "wordsPerSecond": model.corpus_total_words * epochs / seconds,
    "seconds": seconds,
    "auc": {"dot": auc((vectors[a] * vectors[b]).sum(1)), "cosine": auc((unit[a] * unit[b]).sum(1))},
    "version": gensim.__version__,
}))
