// The peers of bench:clusters, as Python reads them: scikit-learn's StandardScaler and KMeans with their defaults, and BG/NBD as the usual packages fit it, vectorised
// over customers with a numerical gradient. Loading is not timed.

export const sklearnPeer = `
import json, sys, time
import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
folder, rows, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
cells = np.fromfile(folder + '/cells').reshape(rows, -1)
spent, inertia = [], 0.0
for run in range(runs):
    started = time.perf_counter()
    found = KMeans(n_clusters=8, n_init=1, random_state=run).fit(StandardScaler().fit_transform(cells))
    spent.append(time.perf_counter() - started)
    inertia = float(found.inertia_)
x, tx, T = (np.fromfile(folder + '/' + name) for name in ('frequency', 'recency', 'age'))
def negative(logs):
    r, alpha, a, b = np.exp(logs)
    one = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    two = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    three = -(r + x) * np.log(alpha + T)
    four = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx)
    return -np.mean(one + two + np.where(x > 0, np.logaddexp(three, four), three))
started = time.perf_counter()
fit = minimize(negative, np.array([0.0, np.log(T.mean()), 0.0, 0.5]), method='L-BFGS-B')
bgnbd = time.perf_counter() - started
print(json.dumps({'kmeansSeconds': float(np.median(spent)), 'inertia': inertia, 'bgnbdSeconds': bgnbd, 'logLikelihood': -float(fit.fun) * rows}))
`;
