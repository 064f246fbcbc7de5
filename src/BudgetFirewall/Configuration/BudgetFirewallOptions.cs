namespace BudgetFirewall;

/// <summary>
/// The options of a firewall: its limits, prices and behaviour. They are copied and checked as a whole when they take effect: at start, and again when the
/// configuration changes while running; a change that is not valid is logged and the old options stay.
/// </summary>
public sealed class BudgetFirewallOptions
{
    /// <summary>The currency of all money amounts, for display only: nothing is converted. Default <c>USD</c>.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>The budgets. All that match a request are checked, each on its own. Two active ones that would count the same thing are an error.</summary>
    public IList<Budget> Budgets { get; } = [];

    /// <summary>The rate limits. All that match a request are taken from.</summary>
    public IList<RateLimit> RateLimits { get; } = [];

    /// <summary>
    /// The pools. Their members are limited by their shares from the first request on; the pools themselves are allocated in the store, in the background, soon after the start, and divided anew when the
    /// configuration changes. Must be empty where <see cref="PartitionBy"/> is set: there, allocate a pool in each partition by <see cref="IQuotas"/>.
    /// </summary>
    public IList<QuotaPool> Quotas { get; } = [];

    /// <summary>The prices.</summary>
    public PricingOptions Pricing { get; } = new();

    /// <summary>
    /// The time that a reservation holds when the request gives no lease, 1 second to 24 hours. Default 5 minutes. An abandoned hold keeps budget from others
    /// for that long; a call that takes longer is committed late, when others may have taken its place.
    /// </summary>
    public TimeSpan ReservationLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest time that a check, reserve or spend waits for its turn where a limit queues, when the request gives none: 0 to 24 hours. Default 30 seconds. With 0 nothing waits,
    /// and what would have to is refused.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The answer of check, reserve and spend when the store cannot decide. Default: deny.</summary>
    public FailureMode FailureMode { get; set; }

    /// <summary>The time that the store may take to answer, 10 milliseconds to 1 minute. Default 1 second.</summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The time that this process remembers a hard budget that had no room, 0 to 1 minute. Default 0: it remembers none. Requests that would not fit by what is remembered are denied without
    /// the store, so that a flood of refused calls costs it nothing, and <see cref="BudgetDecision.IsFromCache"/> says so. When the time is over one call asks the store, and others are still denied
    /// until it has its answer, for at most <see cref="StoreTimeout"/>. It ends at once with the budget's period, with a change of the budgets that this process hears of, and with a commit, release or reset of this process
    /// that makes room; room that other processes make is noticed that much later. Requests with an operation id of their own always reach the store. At most 10,000 are remembered.
    /// </summary>
    public TimeSpan DenialCache { get; set; }

    /// <summary>The time for which an ended period of a pool is kept (<see cref="IQuotas.GetHistoryAsync"/>), 1 to 3,660 days. Default 400 days. It takes some 150 bytes for each member.</summary>
    public TimeSpan QuotaHistory { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// The least time between two divisions of one pool that this process makes by itself when a member is refused, 1 second to 1 day; 0: it makes none. Only with the strategies
    /// <see cref="QuotaStrategy.Reserved"/> and <see cref="QuotaStrategy.Dynamic"/>, by which members borrow. Default 10 seconds.
    /// </summary>
    public TimeSpan QuotaReallocation { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The answer to a request that no active budget counts. Default: allow.</summary>
    public UnbudgetedRequests UnbudgetedRequests { get; set; }

    /// <summary>
    /// The time that operation ids given by callers are remembered from the first execution, 1 minute to 30 days. Default 1 hour.
    /// Each remembered one takes some 200 bytes of the store.
    /// </summary>
    public TimeSpan OperationIdRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The most that one call may cost, in currency units, above 0 and at most 9,000,000,000. Default 100,000. A higher cost, be it given, computed from the prices or committed,
    /// is an <see cref="ArgumentOutOfRangeException"/> before anything is touched: it is a mistake or an attack, and would deny everybody else until the period's end.
    /// </summary>
    public decimal MaxCost { get; set; } = 100_000m;

    /// <summary>
    /// The most dimensions that one request may name, 0 to 1,000. Default 16. More is an <see cref="ArgumentException"/>, before anything is touched.
    /// A reservation keeps its request until it ends, and each dimension may be a scope of its own.
    /// </summary>
    public int MaxDimensions { get; set; } = 16;

    /// <summary>
    /// The most UTF-8 bytes that the ids and names of one request may have together, 256 to 1,048,576. Default 4,096. Counted are provider, operation, user, project,
    /// model, service tier, dimensions with their kinds, names of units, operation id, operation scope and priority. More is an <see cref="ArgumentException"/>.
    /// </summary>
    public int MaxIdBytes { get; set; } = 4_096;

    /// <summary>The most named units that one usage may have, of a request or of a commit, 0 to 1,000. Default 32. More is an <see cref="ArgumentException"/>.</summary>
    public int MaxUnits { get; set; } = 32;

    /// <summary>
    /// The most open reservations that the memory store keeps, 1 to 100,000,000: those neither settled nor forgotten. One that is never settled is forgotten
    /// <see cref="OperationIdRetention"/> after the end of its lease. Default 1,000,000. While there are so many, reserve is denied as
    /// <see cref="DecisionOutcome.StoreUnavailable"/>, whatever <see cref="FailureMode"/> says, and the log says why. Each of them keeps its request, so this times the size of the requests bounds the memory that they take. Taken once, when the store is made.
    /// Redis bounds itself by its own memory.
    /// </summary>
    public int MaxOpenReservations { get; set; } = 1_000_000;

    /// <summary>
    /// The prefix of every key in a shared store, 1 to 64 characters without braces. Default <c>bf</c>. Two firewalls that share it share their budgets.
    /// </summary>
    public string KeyPrefix { get; set; } = "bf";

    /// <summary>
    /// The scope kind (a dimension such as tenant, or user, project, provider, model) whose id partitions everything: every budget and rate limit, global and provider
    /// included, then counts apart for each, and a request without it is an <see cref="ArgumentException"/>. Null, the default, for no partitions.
    /// </summary>
    public string? PartitionBy { get; set; }

    /// <summary>
    /// Providers that metrics name beside those that prices, budgets and rate limits name, 1 to 256 characters each, at most 1,000. Each is a series of its own in a metrics database;
    /// all others share the tag <see cref="BudgetFirewallDiagnostics.OtherProvider"/>. Default: none.
    /// </summary>
    public IList<string> MetricProviders { get; } = [];

    /// <summary>
    /// True when the start of a host is to wait until the store has answered, and to fail when it does not. The store is asked twice at most, for <see cref="StoreTimeout"/> each. It is connected and
    /// the client's code compiled by then, which the first calls of the process would wait for otherwise. Default false: the start never waits.
    /// </summary>
    public bool RequireStoreAtStart { get; set; }

    /// <summary>
    /// The outbox for charges and commits that the store does not confirm. Default: none, and <see cref="ChargeUnconfirmedException"/> is thrown.
    /// </summary>
    public OutboxOptions Outbox { get; } = new();

    /// <summary>The options of approvals.</summary>
    public ApprovalOptions Approvals { get; } = new();

    /// <summary>The options of alerts, which are made where they are switched on.</summary>
    public AlertOptions Alerts { get; } = new();

    /// <summary>The errors found when reading a configuration; reported together with all other errors of the options.</summary>
    internal List<string> ReadingErrors { get; } = [];

    /// <summary>The configuration paths of the budgets and rate limits that were read from one.</summary>
    internal Dictionary<object, string> Origins { get; } = new(ReferenceEqualityComparer.Instance);
}
