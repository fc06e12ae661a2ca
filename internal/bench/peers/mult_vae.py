"""Mult-VAE in PyTorch, as its common ports have it (dense input, https://arxiv.org/abs/1802.05814): seconds of each epoch.

argv: users.txt (a line of item numbers for each user), items, batch size, epochs, threads. Prints one line of JSON.
"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

path, (items, batch_size, epochs, threads) = sys.argv[1], map(int, sys.argv[2:6])
torch.set_num_threads(threads)
torch.manual_seed(42)
with open(path) as lines:
    histories = [np.fromstring(line, dtype=np.int64, sep=" ") for line in lines]


class MultVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.ModuleList([nn.Linear(items, 600), nn.Linear(600, 400)])
        self.p = nn.ModuleList([nn.Linear(200, 600), nn.Linear(600, items)])
        for layer in [*self.q, *self.p]:
            nn.init.xavier_normal_(layer.weight)
            nn.init.trunc_normal_(layer.bias, std=0.001)

    def forward(self, x):
        h = F.dropout(F.normalize(x), 0.5, self.training)
        mean, log_variance = self.q[1](torch.tanh(self.q[0](h))).split(200, dim=1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.p[1](torch.tanh(self.p[0](z))), mean, log_variance


model = MultVAE().train()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
seconds, losses = [], []
for epoch in range(epochs):
    start, total = time.perf_counter(), 0.0
    order = np.random.default_rng(epoch).permutation(len(histories))
    for begin in range(0, len(order), batch_size):
        batch = order[begin : begin + batch_size]
        x = torch.zeros(len(batch), items)
        for row, user in enumerate(batch):
            x[row, histories[user]] = 1
        scores, mean, log_variance = model(x)
        likelihood = -(F.log_softmax(scores, 1) * x).sum(1).mean()
        divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
        loss = likelihood + 0.2 * divergence
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    seconds.append(time.perf_counter() - start)
    losses.append(total / len(histories))
print(json.dumps({"seconds": seconds, "losses": losses, "torch": torch.__version__}))
