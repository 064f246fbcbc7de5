using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>
/// Options of a guarded endpoint: the payer, the request that is reserved for, its cost, and the answer to a denial.
/// An endpoint starts with <see cref="BudgetGuardOptions.Defaults"/>; the settings of its groups are applied on top, outermost first, and then its own.
/// </summary>
/// <remarks>
/// The delegates run for every guarded request, before the endpoint; they must be thread-safe. An exception from one of them passes to the application.
/// A value that no request may have, such as an id of 300 characters, is answered 400.
/// </remarks>
public sealed class BudgetEndpointOptions
{
    private Func<HttpContext, string?> _userId = BudgetUserId.OfAuthenticatedUser;
    private Func<HttpContext, string?>? _operation;
    private Func<HttpContext, string?>? _projectId;
    private Func<HttpContext, string?>? _model;
    private Func<HttpContext, IReadOnlyDictionary<string, string>?>? _dimensions;

    /// <summary>The name of the firewall, as given to <c>AddBudgetFirewall</c>. Default null: the one without a name.</summary>
    public string? Firewall { get; set; }

    /// <summary>The provider that is paid for the call: <see cref="BudgetRequest.Provider"/>. A guarded endpoint needs one, its own or an inherited one.</summary>
    public string? Provider { get; set; }

    /// <summary>
    /// The id of the user who pays. Default: <see cref="BudgetUserId.OfAuthenticatedUser"/>. Null from the delegate: the request has no user, so that no budget of a
    /// user counts the call.
    /// </summary>
    public Func<HttpContext, string?> UserId { get => _userId; set => (_userId, UserIdAsync) = (value, null); }

    /// <summary>As <see cref="UserId"/>, where something must be awaited. Of the two, the one that was set last counts. Null, the default: <see cref="UserId"/>.</summary>
    public Func<HttpContext, ValueTask<string?>>? UserIdAsync { get; set; }

    /// <summary>True: a request without a user is answered 401, so that none slips past budgets of users. Default false.</summary>
    public bool RequireUser { get; set; }

    /// <summary>The operation; null, or null from the delegate: <c>request</c>.</summary>
    public Func<HttpContext, string?>? Operation { get => _operation; set => (_operation, OperationAsync) = (value, null); }

    /// <summary>As <see cref="Operation"/>, where something must be awaited, such as the body (<see cref="BudgetRequestBody"/>). Of the two, the one that was set last counts.</summary>
    public Func<HttpContext, ValueTask<string?>>? OperationAsync { get; set; }

    /// <summary>The project; null: none.</summary>
    public Func<HttpContext, string?>? ProjectId { get => _projectId; set => (_projectId, ProjectIdAsync) = (value, null); }

    /// <summary>As <see cref="ProjectId"/>, where something must be awaited. Of the two, the one that was set last counts.</summary>
    public Func<HttpContext, ValueTask<string?>>? ProjectIdAsync { get; set; }

    /// <summary>The model; null: none. A model with token prices needs <see cref="EstimateUsage"/> or a cost.</summary>
    public Func<HttpContext, string?>? Model { get => _model; set => (_model, ModelAsync) = (value, null); }

    /// <summary>As <see cref="Model"/>, where something must be awaited, such as the body (<see cref="BudgetRequestBody"/>). Of the two, the one that was set last counts.</summary>
    public Func<HttpContext, ValueTask<string?>>? ModelAsync { get; set; }

    /// <summary>Further scopes as kind and id; null: none.</summary>
    public Func<HttpContext, IReadOnlyDictionary<string, string>?>? Dimensions { get => _dimensions; set => (_dimensions, DimensionsAsync) = (value, null); }

    /// <summary>As <see cref="Dimensions"/>, where something must be awaited. Of the two, the one that was set last counts.</summary>
    public Func<HttpContext, ValueTask<IReadOnlyDictionary<string, string>?>>? DimensionsAsync { get; set; }

    /// <summary>The priority of the call, <see cref="BudgetRequest.Priority"/>; null, or null from the delegate, for none.</summary>
    public Func<HttpContext, string?>? Priority { get; set; }

    /// <summary>The expected usage of the call, which is reserved at its price. Null: not known; a call whose units have a price then has no known cost.</summary>
    public Func<HttpContext, ValueTask<BudgetUsage?>>? EstimateUsage { get; set; }

    /// <summary>The expected cost of the call, in currency units; null, or null from the delegate: <see cref="Cost"/>.</summary>
    public Func<HttpContext, ValueTask<decimal?>>? EstimateCost { get; set; }

    /// <summary>
    /// The expected cost of every call, 0 to <see cref="BudgetFirewallOptions.MaxCost"/> currency units; null: by the configured prices.
    /// Where a hard, throttled or escalating money budget counts the call and nothing prices it, the amount to reserve is not known: its requests are answered 500, and the log says so.
    /// </summary>
    public decimal? Cost { get; set; }

    /// <summary>Tokens taken from each rate limit that counts requests. Default 1.</summary>
    public int Permits { get; set; } = 1;

    /// <summary>
    /// The time for which the hold lasts unless it is extended, 1 second to 24 hours. Default 1 minute. It is extended for as long as the endpoint runs;
    /// a shorter one returns the budget sooner when the process dies, at the price of one round trip per half of it.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time from the beginning of a request during which its hold is still extended, 0 to 24 hours; 0 never extends. Default 1 hour.
    /// A request that runs on is charged in full all the same, and flagged late.
    /// </summary>
    public TimeSpan MaxHold { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Decides what happens to the reservation of an endpoint that has reported nothing, given the exception that it threw, or null.
    /// Default: the estimate is charged when the endpoint has run to its end, whatever it answered; the hold is released when it threw, as most do when the client
    /// goes away.
    /// A report is charged in either case.
    /// </summary>
    public Func<HttpContext, Exception?, UnreportedCost> Unreported { get; set; } =
        static (_, exception) => exception is null ? UnreportedCost.ChargeEstimate : UnreportedCost.Release;

    /// <summary>The headers that tell callers what is left. Default: none.</summary>
    public BudgetHeaders Headers { get; set; }

    /// <summary>The used part of a budget, spent and held, from which on <see cref="BudgetHeaders.Warning"/> names it: 0.8 is 80 %, the default.</summary>
    public decimal WarnAtUtilization { get; set; } = 0.8m;

    /// <summary>
    /// Kinds of scopes whose limits and amounts no answer shows, such as <c>global</c> where callers are strangers. Default: none.
    /// Ids of scopes and budgets are never shown.
    /// </summary>
    public ISet<string> HiddenScopeKinds { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Members that the body of a denial has beside the usual ones: ids of the request, and the action instead of the reason. Default: none, so that a body names nobody.
    /// </summary>
    public BudgetDenialDetails DenialDetails { get; set; }

    /// <summary>
    /// Writes the body of a denial, once status, <c>Retry-After</c> and the other headers are set; it may change all of them.
    /// Null, the default: problem details, by the application's <see cref="IProblemDetailsService"/> where there is one.
    /// </summary>
    public Func<HttpContext, BudgetDecision, Task>? WriteDenial { get; set; }

    internal BudgetEndpointOptions Copy()
    {
        var copy = (BudgetEndpointOptions)MemberwiseClone();
        copy.HiddenScopeKinds = new HashSet<string>(HiddenScopeKinds, StringComparer.Ordinal);
        return copy;
    }
}
