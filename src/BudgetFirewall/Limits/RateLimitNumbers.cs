namespace BudgetFirewall.Storage;

/// <summary>Three whole numbers of a rate limit, whose meaning its algorithm defines; the algorithm's rule reads them.</summary>
/// <param name="First">The first number. In an answer of a store it is the amount, in micros, that may be taken now; below zero after a charge of more than was there.</param>
/// <param name="Second">The second number, 0 or more.</param>
/// <param name="Third">The third number, 0 or more.</param>
public readonly record struct RateLimitNumbers(long First, long Second, long Third);
