namespace BudgetFirewall;

/// <summary>
/// One paid call about to be made: provider, operation, who makes it and what it is expected to use.
/// Compares by content and copies the collections it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A request belongs to the scope <c>global</c>, to its provider, and to each of user, project, model and dimension that it names.
/// All names compare ordinally. Bad values are refused when they are set, naming the member and the value.
/// </remarks>
/// <example><code>
/// var request = new BudgetRequest
/// {
///     Provider = "openai", Operation = "chat", Model = "gpt-4o-mini", UserId = "alice", ProjectId = "search",
///     Usage = BudgetUsage.Tokens(input: 1200, output: 400),
/// };
/// </code></example>
public sealed record BudgetRequest
{
    /// <summary>The provider that is paid: the id of the <c>provider</c> scope. 1 to 256 characters.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string Provider { get; init => field = Identifier.Check(value, nameof(Provider)); }

    /// <summary>The name of the operation that is called; it selects a price multiplier and budgets that filter by operation. Default <c>request</c>.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string Operation { get; init => field = Identifier.Check(value, nameof(Operation)); } = "request";

    /// <summary>The id of the <c>user</c> scope; null when the call belongs to no user.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? UserId { get; init => field = Identifier.CheckOptional(value, nameof(UserId)); }

    /// <summary>The id of the <c>project</c> scope; null for none.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? ProjectId { get; init => field = Identifier.CheckOptional(value, nameof(ProjectId)); }

    /// <summary>The model: the id of the <c>model</c> scope, and the name its token prices are looked up by; null for none.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Model { get; init => field = Identifier.CheckOptional(value, nameof(Model)); }

    /// <summary>Further scopes as kind and id (tenant, feature, api_key…); null for none. The well-known kinds have members of their own.</summary>
    /// <exception cref="ArgumentException">A kind or id is empty, too long or ill-formed, or a kind is global, provider, project, user or model.</exception>
    public IReadOnlyDictionary<string, string>? Dimensions
    {
        get;
        init
        {
            field = ValueCollections.Copy(value, CheckDimension);
            DimensionChars = field?.Sum(static dimension => dimension.Key.Length + dimension.Value.Length) ?? 0;
        }
    }

    /// <summary>The number of characters of all dimensions, counted once so that no call needs to walk through them.</summary>
    internal int DimensionChars { get; private init; }

    /// <summary>The usage, actual or expected, of the call; null when it is not known, which is not the same as zero.</summary>
    /// <exception cref="ArgumentException">A part of the usage exceeds its whole, as cached tokens beyond the input tokens.</exception>
    public BudgetUsage? Usage { get; init => field = value?.Checked(); }

    /// <summary>
    /// The cost in currency units, 0 to 9,000,000,000, when it is known already; it overrides every price. Null when it is to be computed from the prices.
    /// Finer than 0.000000001 is rounded up.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? Cost { get; init => field = CheckCost(value); }

    /// <summary>Tokens taken from each rate limit that counts requests. Default 1; 0 takes none; at most 1,000,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int Permits { get; init => field = CheckPermits(value); } = 1;

    /// <summary>
    /// The caller's own id for this operation. Repeating a call with the same id and content returns the first answer and changes nothing.
    /// Null lets the library generate one. Checks have an id space of their own; reserve, spend and charge share one.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationId { get; init => field = Identifier.CheckOptional(value, nameof(OperationId)); }

    /// <summary>
    /// The owner of <see cref="OperationId"/> and of the reservation made under it: different scopes keep the ids of different callers apart. Use for example a
    /// tenant, or a digest of the authenticated caller. The same id in two scopes, or with and without a scope, names two operations. Null for no scope. It is
    /// part of a reservation's id.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationScope { get; init => field = Identifier.CheckOptional(value, nameof(OperationScope)); }

    /// <summary>The time that a reservation holds, 1 second to 24 hours; null is <see cref="BudgetFirewallOptions.ReservationLease"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? Lease { get; init => field = value is { } lease ? LeaseRange.Check(lease, nameof(Lease)) : null; }

    /// <summary>
    /// The longest time that the call waits for its turn where a limit queues, 0 to 24 hours; null is <see cref="BudgetFirewallOptions.MaxWait"/>. With 0 it never waits and is refused
    /// instead. It is no part of what makes a repetition the same operation.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? MaxWait { get; init => field = value is { } wait ? WaitRange.Check(wait, nameof(MaxWait)) : null; }

    /// <summary>
    /// The longest time that a check, reserve or spend waits for an approval where nothing else denies it, 0 to 24 hours; null is <see cref="ApprovalOptions.Wait"/>. Nothing is held meanwhile: once more is
    /// approved, the call is decided anew. With 0 it never waits. It is no part of what makes a repetition the same operation.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan? ApprovalWait { get; init => field = value is { } wait ? WaitRange.Check(wait, nameof(ApprovalWait)) : null; }

    /// <summary>
    /// The tier of the call, such as <c>batch</c>, of which limits may keep a part free: <see cref="Budget.PriorityHeadroom"/>. Null, the default, for none: the request may use
    /// all of every limit. It is no part of what an operation is recognised by when it is repeated, and a charge ignores it.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Priority { get; init => field = Identifier.CheckOptional(value, nameof(Priority)); }

    /// <inheritdoc/>
    public bool Equals(BudgetRequest? other) =>
        other is not null
        && Provider == other.Provider && Operation == other.Operation && UserId == other.UserId && ProjectId == other.ProjectId
        && Model == other.Model && Cost == other.Cost && Permits == other.Permits && OperationId == other.OperationId
        && OperationScope == other.OperationScope && Lease == other.Lease && MaxWait == other.MaxWait && ApprovalWait == other.ApprovalWait && Priority == other.Priority
        && Equals(Usage, other.Usage) && ValueCollections.Same(Dimensions, other.Dimensions);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Provider, Operation, UserId, ProjectId, Model, HashCode.Combine(Cost, Permits, OperationId, OperationScope, Lease, MaxWait, ApprovalWait, Priority), Usage, ValueCollections.Hash(Dimensions));

    internal static void CheckDimension(string kind, string id)
    {
        Identifier.CheckKind(kind, nameof(Dimensions));
        if (ScopeKinds.IsWellKnown(kind))
            throw new ArgumentException(DisplayText.Escape($"Dimensions must not name the well-known kind '{kind}' (its id is '{id}'): it has a member of its own."), nameof(Dimensions));
        Identifier.Check(id, $"Dimensions[{kind}]");
    }

    private static decimal? CheckCost(decimal? value)
    {
        if (value is { } cost)
            Money.CheckRange(cost, nameof(Cost));
        return value;
    }

    private static int CheckPermits(int value) => value is >= 0 and <= 1_000_000_000
        ? value
        : throw new ArgumentOutOfRangeException(nameof(Permits), value, "Permits must be from 0 to 1,000,000,000.");
}
