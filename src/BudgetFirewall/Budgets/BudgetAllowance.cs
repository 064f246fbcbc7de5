namespace BudgetFirewall;

/// <summary>
/// An amount by which the limit of a budget is raised for one scope in its present period, by <see cref="IBudgetCatalog.GrantAsync"/>, or that is taken back by
/// <see cref="IBudgetCatalog.RevokeAsync"/>. Immutable and thread-safe.
/// </summary>
/// <example><code>
/// var allowance = new BudgetAllowance
/// {
///     BudgetId = "team", Scope = BudgetScope.Project("search"), Amount = 50m, Reason = "the demo on Friday", By = "bob",
/// };
/// </code></example>
public sealed record BudgetAllowance
{
    /// <summary>The budget's id.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string BudgetId { get; init => field = Identifier.Check(value, nameof(BudgetId)); }

    /// <summary>One scope that the budget counts for.</summary>
    /// <exception cref="ArgumentException">The value is the default scope, or <see cref="BudgetScope.Each"/>.</exception>
    public required BudgetScope Scope { get; init => field = value.CheckedConcrete(nameof(Scope)); }

    /// <summary>
    /// The amount, above 0: currency units up to 9,000,000,000 in steps of 0.000000001, or, where the budget counts a unit, units up to 9,000,000,000,000 in steps of 0.000001. The decimal places
    /// and the unit's range are checked where the budget is known.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or is above 9,000,000,000,000.</exception>
    public required decimal Amount { get; init => field = CheckAmount(value); }

    /// <summary>The reason, for people who read of it later. 1 to 256 characters.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string Reason { get; init => field = Identifier.Check(value, nameof(Reason)); }

    /// <summary>Who decided it; null: not said.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? By { get; init => field = Identifier.CheckOptional(value, nameof(By)); }

    /// <summary>
    /// The caller's own id for this operation. Repeating it with the same content within <see cref="BudgetFirewallOptions.OperationIdRetention"/> returns the first answer and changes nothing. Null lets
    /// the library generate one. These ids are apart from those of all other operations.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationId { get; init => field = Identifier.CheckOptional(value, nameof(OperationId)); }

    /// <summary>The owner of <see cref="OperationId"/>, as <see cref="BudgetRequest.OperationScope"/>; null for none.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationScope { get; init => field = Identifier.CheckOptional(value, nameof(OperationScope)); }

    private static decimal CheckAmount(decimal value) => value is > 0 and <= UnitAmount.Max
        ? value
        : throw new ArgumentOutOfRangeException(nameof(Amount), value, "Amount must be above 0 and at most 9,000,000,000, or 9,000,000,000,000 of a unit.");
}
