/** What a page of docs/models says of a model, beside its figures. */
export interface ModelPage {
  /** The name of the file, and of the model on the command line where it has one. */
  readonly slug: string;
  /** The class. */
  readonly title: string;
  readonly package: "models-cf" | "models-ae";
  readonly paper: string;
  /** What it is for, and how it goes about it. */
  readonly problem: string;
  readonly equation: string;
  readonly cost: string;
  readonly whenNot: string;
  /** What it is called in the results of benches. */
  readonly rows?: Partial<Record<"closed-form" | "autoencoders" | "ratings", string>> & {
    readonly ncf?: string;
  };
}

const ML = "often as good or better, and take seconds";

/** The models of @kith/models-cf and @kith/models-ae. */
export const modelPages: readonly ModelPage[] = [
  {
    slug: "popularity",
    title: "Popularity",
    package: "models-cf",
    paper: "no paper",
    problem:
      "The items that most users have, to everybody the same: the floor under every other figure.",
    equation: "score(u, i) = users who have i",
    cost: "One pass over the rows.",
    whenNot:
      "As soon as anything is known of the person. Never leave it out of a comparison: a model that does not beat it has learned nothing.",
    rows: { "closed-form": "Popularity" },
  },
  {
    slug: "item-knn",
    title: "ItemKNN",
    package: "models-cf",
    paper: "Sarwar et al., WWW 2001, <https://doi.org/10.1145/371920.372071>",
    problem:
      "Items that the same people have are alike; what is like a person's items is recommended, and each of them says how much it speaks for it.",
    equation:
      "score(u, j) = Σ cos(i, j) over the items i of u, the most alike neighbours of each item alone",
    cost: "Pairs of items that somebody has both; seconds on a million interactions. Answers need the neighbours alone.",
    whenNot:
      "Where EASE fits into memory: it is the same idea with the weights learned, and was better on every data set below. ItemKNN stays when the catalogue is too large for that, or when tomorrow's items must be added without training.",
    rows: { "closed-form": "ItemKNN" },
  },
  {
    slug: "rp3-beta",
    title: "RP3beta",
    package: "models-cf",
    paper: "Paudel et al., TiiS 2016, <https://doi.org/10.1145/2955101>",
    problem:
      "Random walks of three steps over the graph of users and items, popular ends held back.",
    equation:
      "score(u, j) = Σ P(u → i → v → j) / popularity(j)^β, each step's probability to the power of α",
    cost: "As ItemKNN's.",
    whenNot:
      "Where EASE or iALS are affordable. It has two exponents to tune, and a wrong β costs more than it gains.",
    rows: { "closed-form": "RP3beta" },
  },
  {
    slug: "ease",
    title: "EASE",
    package: "models-cf",
    paper: "Steck, WWW 2019, <https://arxiv.org/abs/1905.03375>",
    problem:
      "A weight for every pair of items, found in closed form: each item is foretold from all others, and not from itself.",
    equation:
      "B = argmin ‖X − XB‖² + λ‖B‖² with diag B = 0:  P = (XᵀX + λI)⁻¹,  B_ij = −P_ij / P_jj",
    cost: "Time grows with the cube of the number of items and memory with its square, however many users there are: 8 bytes for each pair of items while it learns, 4 afterwards. It refuses beforehand what does not fit.",
    whenNot:
      "Beyond 20,000 items or so; where vectors of items are wanted; where items come and go by the hour, since any new item means solving again. Elsewhere it is the baseline that others have to beat, and mostly do not.",
    rows: { "closed-form": "EASE" },
  },
  {
    slug: "ials",
    title: "IALS",
    package: "models-cf",
    paper:
      "Hu, Koren & Volinsky, ICDM 2008, <https://doi.org/10.1109/ICDM.2008.22>; tuning: Rendle et al., RecSys 2022, <https://arxiv.org/abs/2110.14037>",
    problem:
      "Matrix factorisation in which every pair that is not there counts as a weak zero; users and items are solved in turn, exactly or by conjugate gradient.",
    equation:
      "min Σ c_ui (x_ui − pᵤ · qᵢ)² + λ(‖P‖² + ‖Q‖²) over all users × items, c = 1 + α where x = 1",
    cost: "Linear in the interactions for each epoch, and a dozen epochs are enough. A newcomer is solved exactly in a millisecond.",
    whenNot:
      "Without tuning α, λ and the dimension: published results of a badly tuned iALS made it look bad for a decade. Where order, time or features matter.",
    rows: { "closed-form": "IALS" },
  },
  {
    slug: "mf",
    title: "MatrixFactorization",
    package: "models-cf",
    paper:
      "BPR: Rendle et al., UAI 2009, <https://arxiv.org/abs/1205.2618>; ratings: Koren, Bell & Volinsky, 2009, <https://doi.org/10.1109/MC.2009.263>",
    problem:
      "A vector for each user and each item, learned a pair at a time: to rank (BPR, cross-entropy, squared error against drawn items) or to foretell ratings.",
    equation: "score(u, i) = pᵤ · qᵢ + bᵤ + bᵢ (+ μ)",
    cost: "Millions of pairs a second for each epoch, and some dozens of epochs. Threads change the same vectors without locks unless told `deterministic`.",
    whenNot:
      "For ranking where iALS is affordable: one drawn item for each pair says less than all of them, and it needs far more epochs. For ratings it is the first choice.",
    rows: { ratings: "MatrixFactorization, ratings" },
  },
  {
    slug: "gmf",
    title: "GMF",
    package: "models-cf",
    paper: "He et al., WWW 2017, <https://arxiv.org/abs/1708.05031>",
    problem:
      "Matrix factorisation whose dimensions get weights of their own, learned by cross-entropy against four drawn items for each pair.",
    equation: "ŷ(u, i) = σ(h · (pᵤ ⊙ qᵢ) + b)",
    cost: "A step for each pair and each drawn item, on one thread; the comparison has the samples a second.",
    whenNot:
      "As a model of its own: it is matrix factorisation, and iALS learns that faster. It is here because NeuMF is made of it.",
    rows: { ncf: "gmf-32" },
  },
  {
    slug: "mlp",
    title: "MLP",
    package: "models-cf",
    paper: "He et al., WWW 2017, <https://arxiv.org/abs/1708.05031>",
    problem: "A perceptron instead of the dot product.",
    equation: "ŷ(u, i) = σ(h · φ_L(… φ₁([pᵤ; qᵢ])) + b)",
    cost: "Several times GMF's, and answers cost a pass through the layers for every item.",
    whenNot:
      "Almost always: a perceptron has to learn what the dot product is (Rendle et al., RecSys 2020, <https://arxiv.org/abs/2005.09683>), and below it stays behind GMF of the same size, which is simpler, faster and can be searched by vectors.",
    rows: { ncf: "mlp-32" },
  },
  {
    slug: "neumf",
    title: "NeuMF",
    package: "models-cf",
    paper: "He et al., WWW 2017, <https://arxiv.org/abs/1708.05031>",
    problem:
      "GMF and MLP side by side under one output, each with embeddings of its own, each learned by itself before.",
    equation: "ŷ(u, i) = σ(h · [pᵤᴳ ⊙ qᵢᴳ; z_L(pᵤᴹ, qᵢᴹ)] + b)",
    cost: "GMF's and MLP's together, twice where they are learned by themselves first.",
    whenNot: `In production: what it adds to GMF is small, and EASE and iALS are ${ML}. To repeat the paper, yes.`,
    rows: { ncf: "neumf-32" },
  },
  {
    slug: "mult-dae",
    title: "MultDAE",
    package: "models-ae",
    paper: "Liang et al., WWW 2018, <https://arxiv.org/abs/1802.05814>",
    problem:
      "A person's items go in with some left out, a few numbers come out, and of these the probability of each item.",
    equation: "π = softmax(f(g(x̃)))   L = −Σᵢ xᵢ ln πᵢ + λ / 2 ‖W‖²",
    cost: "Users × items × width for each epoch, in tiles; about a hundred epochs. Newcomers cost no more than anybody.",
    whenNot: `On small and middling data: EASE and iALS are ${ML}. With many users, and where a person's items change between answers, it pays.`,
    rows: { autoencoders: "mult-dae" },
  },
  {
    slug: "mult-vae",
    title: "MultVAE",
    package: "models-ae",
    paper: "Liang et al., WWW 2018, <https://arxiv.org/abs/1802.05814>",
    problem:
      "The same with a distribution instead of numbers in the middle, held near N(0, 1) by a weight that grows with the steps.",
    equation: "L = −Σᵢ xᵢ ln πᵢ + β KL(q(z | x) ‖ N(0, 1))",
    cost: "Half as much again as MultDAE's, for its further layers.",
    whenNot: `With less than some ten thousand users: there the simpler MultDAE was better, and EASE and iALS before both. Its annealing is one more thing to tune: \`annealSteps\` of 200,000 is for millions of ratings, and does nothing in the few hundred steps of a small data set.`,
    rows: { autoencoders: "mult-vae" },
  },
  {
    slug: "rec-vae",
    title: "RecVAE",
    package: "models-ae",
    paper: "Shenbin et al., WSDM 2020, <https://arxiv.org/abs/1912.11160>",
    problem:
      "Mult-VAE with a deeper encoder, a prior that remembers the encoder before, and encoder and decoder in turn.",
    equation: "L = −Σᵢ xᵢ ln softmax(W z + b)ᵢ + γ |x| (ln q(z | x) − ln p(z | x))",
    cost: "An epoch is four passes over the users, through five layers more.",
    whenNot: `Before MultDAE, EASE and iALS have been measured: it is the slowest of them.`,
    rows: { autoencoders: "rec-vae" },
  },
  {
    slug: "cdae",
    title: "CDAE",
    package: "models-ae",
    paper: "Wu et al., WSDM 2016, <https://doi.org/10.1145/2835776.2835837>",
    problem:
      "A denoising autoencoder whose users add a vector of their own, learned from what they have and a few drawn items.",
    equation: "h = σ(Wᵀ x̃ + vᵤ + b)      score(u, i) = w'ᵢ · h + b'ᵢ",
    cost: "Grows with the interactions and not with the catalogue.",
    whenNot:
      "Where newcomers matter, since they have no vector. Where the catalogue is small enough for a softmax over all items: MultDAE is better, because it learns from all that somebody has not, instead of five items.",
    rows: { autoencoders: "cdae" },
  },
  {
    slug: "autorec",
    title: "AutoRec",
    package: "models-ae",
    paper: "Sedhain et al., WWW 2015, <https://doi.org/10.1145/2740908.2742726>",
    problem:
      "An autoencoder over the ratings of an item, or of a user, that foretells those which are missing.",
    equation: "h(r) = W σ(V r + μ) + b      min Σ ‖r − h(r)‖²_O + λ / 2 (‖W‖² + ‖V‖²)",
    cost: "Grows with the ratings times the width.",
    whenNot:
      "With few ratings: on a hundred thousand of them it stayed behind a model of means, while matrix factorisation with biases did not. To rank: what somebody would say of an item if they rated it is not what they will choose.",
    rows: { ratings: "AutoRec of items" },
  },
];
