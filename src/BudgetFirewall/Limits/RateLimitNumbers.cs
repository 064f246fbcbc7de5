namespace BudgetFirewall.Storage;

/// <summary>Three whole numbers of a rate limit, whose meaning its algorithm defines; the algorithm's rule reads them.</summary>
/// <param name="First">The first number. Of what a store has computed it is always the amount that may be taken now, in micros; below zero after a charge of more than was there.</param>
/// <param name="Second">The second number, 0 or more.</param>
/// <param name="Third">The third number, 0 or more.</param>
public readonly record struct RateLimitNumbers(long First, long Second, long Third);
