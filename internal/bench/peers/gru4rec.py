"""Events a second of GRU4Rec's authors' PyTorch code in training.

usage: gru4rec.py <folder of the authors' code> <train_sessions.tsv.gz> <loss> <batch size> <seconds>
The code is not ours and not part of this project: https://github.com/hidasib/GRU4Rec_PyTorch_Official
"""
import gzip
import json
import os
import sys
import time

os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")
folder, path, loss, batch_size, seconds = sys.argv[1:]
batch_size, seconds = int(batch_size), float(seconds)
sys.argv = sys.argv[:1]
sys.path.insert(0, folder)

import pandas as pd  # noqa: E402
import torch  # noqa: E402
import gru4rec_pytorch as authors  # noqa: E402

torch.set_num_threads(2)
rows = []
with gzip.open(path, "rt") as file:
    next(file)
    for session, line in enumerate(file):
        for item in line.rstrip("\n").split("\t")[1].split():
            rows.append((session, int(item), len(rows)))
data = pd.DataFrame(rows, columns=["SessionId", "ItemId", "Time"])
device = torch.device("cpu")
options = (
    dict(dropout_p_hidden=0.4, learning_rate=0.2, logq=1.0)
    if loss == "cross-entropy"
    else dict(dropout_p_hidden=0.2, learning_rate=0.1, elu_param=0.5, bpreg=1.0)
)
model = authors.GRU4Rec(layers=[100], loss=loss, batch_size=batch_size, momentum=0.2, n_sample=2048, device=device, **options)
batches = authors.SessionDataIterator(data, batch_size, n_sample=2048, sample_alpha=0.5, device=device)
network = authors.GRU4RecModel(batches.n_items, [100], 0, options["dropout_p_hidden"], 0, True)
network._reset_weights_to_compatibility_mode()
counts = data.groupby("ItemId").size()[batches.itemidmap.index.values].values
model.P0 = torch.tensor(counts, dtype=torch.float32)
optimizer = authors.IndexedAdagradM(network.parameters(), options["learning_rate"], 0.2)
hidden = [torch.zeros((batch_size, 100))]
started, events = time.time(), 0
counting = None
for inputs, targets in batches(True, reset_hook=lambda n, done, left: model._adjust_hidden(n, done, left, hidden)):
    hidden[0] = hidden[0].detach()
    network.zero_grad()
    scores = network.forward(inputs, hidden, targets, training=True)
    value = model.loss_function(scores, targets, len(inputs)) / batch_size
    value.backward()
    optimizer.step()
    value.detach().numpy()
    now = time.time()
    if counting is None and now - started > 2:
        counting = now
    elif counting is not None:
        events += len(inputs)
        if now - counting > seconds:
            break
print(json.dumps({"eventsPerSecond": events / (time.time() - counting)}))
