"""XGBoost's hist on a table that a benchmark or the maker of a fixture wrote, for comparison. Needs Debian's python3-xgboost.

Usage: train_peer.py FOLDER. Reads job.json {rows, held, columns, threads, trees, params} and the raw single-precision files x, y (training) and v, w (held
out); x and v column by column. Prints one line of JSON: seconds of binning and of training, and of the held-out rows AUC and log-loss.
"""
import json
import os
import sys
import time

folder = sys.argv[1]
job = json.load(open(os.path.join(folder, "job.json")))
os.environ["OMP_NUM_THREADS"] = str(job["threads"])
import numpy as np
import xgboost as xgb


def table(name, rows):
    return np.ascontiguousarray(np.fromfile(os.path.join(folder, name), np.float32).reshape(job["columns"], rows).T)


def auc(margins, labels):
    # Equal margins share their rank.
    _, inverse, counts = np.unique(margins, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - counts + 1 + ends) / 2
    positives = labels == 1
    n1, n0 = positives.sum(), (~positives).sum()
    return (ranks[inverse][positives].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


x, y = table("x", job["rows"]), np.fromfile(os.path.join(folder, "y"), np.float32)
v, w = table("v", job["held"]), np.fromfile(os.path.join(folder, "w"), np.float32)
began = time.perf_counter()
data = xgb.QuantileDMatrix(x, y, max_bin=256, nthread=job["threads"])
binned = time.perf_counter()
model = xgb.train({"objective": "binary:logistic", "tree_method": "hist", "max_bin": 256, "nthread": job["threads"], **job["params"]}, data, job["trees"])
trained = time.perf_counter()
margins = model.predict(xgb.DMatrix(v, nthread=job["threads"]), output_margin=True).astype(np.float64)
against = np.where(w == 1, -margins, margins)
print(json.dumps({
    "version": xgb.__version__,
    "binS": binned - began,
    "trainS": trained - binned,
    "auc": float(auc(margins, w)),
    "logLoss": float(np.mean(np.logaddexp(0, against))),
}))
