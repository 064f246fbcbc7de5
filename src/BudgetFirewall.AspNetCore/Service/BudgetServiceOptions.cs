using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Options of the HTTP service that <c>MapBudgetFirewall</c> maps.</summary>
public sealed class BudgetServiceOptions
{
    /// <summary>The name of the firewall, as given to <c>AddBudgetFirewall</c>. Default null: the one without a name.</summary>
    public string? Firewall { get; set; }

    /// <summary>The groups of endpoints that are mapped. Default: all.</summary>
    public BudgetEndpointGroups Groups { get; set; } = BudgetEndpointGroups.All;

    /// <summary>The most bytes that a body may have, 1 KiB to 16 MiB. Default 65,536. Larger ones are answered 413 unread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBodyBytes { get; set => field = Checked(value, 1_024, 16_777_216, nameof(MaxBodyBytes)); } = 65_536;

    /// <summary>The most bytes that a body of several requests may have, 1 KiB to 16 MiB. Default 1,048,576.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBatchBodyBytes { get; set => field = Checked(value, 1_024, 16_777_216, nameof(MaxBatchBodyBytes)); } = 1_048_576;

    /// <summary>The most requests that one call may hold, 1 to 1,000. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxBatchSize { get; set => field = Checked(value, 1, 1_000, nameof(MaxBatchSize)); } = 100;

    /// <summary>
    /// True, the default: an <c>Idempotency-Key</c>, an <c>operationId</c> and a reservation belong to the caller who has used or made it. Another caller's key is another
    /// operation, and another caller's reservation is answered as one that does not exist. False: all callers share them.
    /// </summary>
    public bool IsolateCallers { get; set; } = true;

    /// <summary>
    /// Tells callers apart: requests with the same text are of one caller. It becomes <see cref="BudgetRequest.OperationScope"/>, 1 to 256 characters, and a part of reservations' ids.
    /// Null from the delegate: the caller's operations belong to no caller, as those of the process itself do. Default null: a digest of the authenticated identity;
    /// all who are not authenticated are one caller. The digest is of the authentication type and the claim by which <see cref="BudgetUserId.OfAuthenticatedUser"/>
    /// knows the identity, else <c>client_id</c>, <c>azp</c> or <c>appid</c>, with its issuer; without any of them, of all claims.
    /// Only with <see cref="IsolateCallers"/>.
    /// </summary>
    public Func<HttpContext, string?>? CallerScope { get; set; }

    /// <summary>The type of the claims that name the priorities a caller may use, unless <see cref="MayUsePriority"/> decides otherwise: <c>budget_priority</c>.</summary>
    public const string PriorityClaim = "budget_priority";

    /// <summary>
    /// The priority, <see cref="BudgetRequest.Priority"/>, of a request that names none. Every caller may name it. Null, the default: such a request has none, and may use all of every limit;
    /// give one that limits keep something free of where callers must not have that.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? DefaultPriority
    {
        get;
        set => field = value is null || BudgetScope.IsValidId(value)
            ? value
            : throw new ArgumentException("DefaultPriority must have 1 to 256 characters of well-formed UTF-16.", nameof(DefaultPriority));
    }

    /// <summary>
    /// True for a priority that a caller may name in a check, reserve or spend; any other one is answered 403. Default: those that a claim of the type <see cref="PriorityClaim"/> of an
    /// authenticated identity names, so that callers without such claims may name none.
    /// </summary>
    public Func<HttpContext, string, bool> MayUsePriority { get; set; } = RequestPriority.IsClaimed;

    /// <summary>
    /// The most reservations that all callers together may have open, 1 to 100,000,000. Default 100,000. A reservation that this service has granted in this process
    /// counts until it is seen to end, or its lease ends. One more is answered 429.
    /// The store in memory has a limit of its own, <see cref="BudgetFirewallOptions.MaxOpenReservations"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxOpenReservations { get; set => field = Checked(value, 1, 100_000_000, nameof(MaxOpenReservations)); } = 100_000;

    /// <summary>
    /// The most reservations that one caller may have open, counted as <see cref="MaxOpenReservations"/>, 1 to 100,000,000. Default 1,000. One more is answered 429.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxOpenReservationsPerCaller { get; set => field = Checked(value, 1, 100_000_000, nameof(MaxOpenReservationsPerCaller)); } = 1_000;

    /// <summary>
    /// The longest lease of a caller who is not authenticated, and the lease that such a caller gets without asking for one, whatever
    /// <see cref="BudgetFirewallOptions.ReservationLease"/> is. 1 second to 24 hours. Default 1 minute. A longer one that is asked for is answered 400.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan MaxAnonymousLease
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(24)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxAnonymousLease), value, "MaxAnonymousLease must be from 1 second to 24 hours.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time for which GET receipts/checkpoint answers the same checkpoint again, although entries were written since. It bounds how often readers make the signer sign. Zero to 1 day; zero: a new one for each call.
    /// Default 10 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan CheckpointInterval
    {
        get;
        set => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(CheckpointInterval), value, "CheckpointInterval must be from zero to 1 day.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What a report in the format <c>focus</c> says of whose bill it is. Null, the default: such a report is answered 400.
    /// </summary>
    public FocusOptions? Focus { get; set; }

    private static int Checked(int value, int min, int max, string member) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(member, value, $"{member} must be from {min} to {max}.");
}
