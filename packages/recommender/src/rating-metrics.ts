/** Errors of predicted ratings, which no ranking has and of which less is better. */
export const ratingMetrics: readonly string[] = ["rmse", "mae"];

/** Whether a metric key is `rmse` or `mae`. */
export const isRatingMetric = (key: string): boolean => ratingMetrics.includes(key);
