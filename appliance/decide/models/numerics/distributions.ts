// The few distributions that intervals and tests need: normal, Student's t, Kolmogorov's. A page of formulas instead of a package,
// because what the registry offers brings dozens of packages or is no longer kept; tests hold them against SciPy.

const sqrtTwoPi = Math.sqrt(2 * Math.PI);

/** P(Z <= x) of the standard normal. Relative error about 1e-14 in the lower tail too. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 0) return 1 - lowerTail(-x);
  return lowerTail(x);
}

/** For x <= 0: Marsaglia 2004's series near the middle, Laplace's continued fraction (Abramowitz and Stegun 26.2.14) outside. */
function lowerTail(x: number): number {
  const density = Math.exp(-0.5 * x * x) / sqrtTwoPi;
  if (x > -2.5) {
    let sum = x;
    let term = x;
    for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
      term *= (x * x) / odd;
      sum += term;
    }
    return 0.5 + sum * density;
  }
  let fraction = -x;
  for (let step = 150; step >= 1; step -= 1) fraction = -x + step / fraction;
  return density / fraction;
}

/** The x with P(Z <= x) = p. @throws {RangeError} unless 0 < p < 1 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p: expected a probability inside (0, 1), got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  // A first guess (Abramowitz and Stegun 26.2.23), then Newton on the logarithm, which is concave: few steps to the last digit.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t));
  for (let round = 0; round < 6; round += 1) {
    const tail = normalCdf(x);
    x -= (Math.log(tail / p) * tail * sqrtTwoPi) / Math.exp(-0.5 * x * x);
  }
  return x;
}

/** P(|T| >= |t|) with so many degrees of freedom (> 0), through the incomplete beta function. */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t > 0 with P(|T| <= t) = level, by bisection. @throws {RangeError} unless 0 < level < 1 and degrees > 0 */
export function studentWidth(level: number, degrees: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level: expected inside (0, 1), got ${level}`);
  if (!(degrees > 0)) throw new RangeError(`degrees: expected more than 0, got ${degrees}`);
  let high = 1;
  while (studentTwoSided(high, degrees) > 1 - level) high *= 2;
  let low = 0;
  for (let round = 0; round < 100 && high - low > 1e-14 * high; round += 1) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) > 1 - level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function by Lentz's continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let value = d;
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const step of [even, odd]) {
      d = 1 / (1 + step * d || tiny);
      c = 1 + step / c || tiny;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * value;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012,
  9.984369578019572e-6, 1.5056327351493116e-7,
];

/** log Gamma(x) for x > 0 (Lanczos 1964, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = 0.9999999999998099;
  lanczos.forEach((coefficient, index) => {
    sum += coefficient / (x + index);
  });
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(K >= x) of Kolmogorov's limit distribution: the alternating series, and its theta form where that one converges slowly. */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k < 40; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (sqrtTwoPi / x) * sum;
  }
  let tail = 0;
  for (let k = 1; k < 20; k += 1) tail += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.max(0, tail);
}
