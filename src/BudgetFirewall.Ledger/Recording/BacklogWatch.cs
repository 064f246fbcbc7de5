using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Raises events when a ledger's database cannot be written to for a minute, or as many entries wait as may, and when it has caught up.</summary>
internal sealed class BacklogWatch : IAsyncDisposable
{
    private const string Subject = "ledger";
    private const string TooSlow = "as many entries wait as may.";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>It is told again while it lasts, so that what was made of it is not taken to be over.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private readonly Func<LedgerFeedStatus> _status;
    private readonly BudgetStoreContext _context;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private DateTimeOffset? _toldAt;

    public BacklogWatch(Func<LedgerFeedStatus> status, BudgetStoreContext context)
    {
        (_status, _context) = (status, context);
        _timer = context.TimeProvider.CreateTimer(_ => Look(), state: null, LookEvery, LookEvery);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        var (status, now) = (_status(), _context.TimeProvider.GetUtcNow());
        var isBehind = status.IsAtMaxBacklog || now - status.FailingSince >= Patience;
        lock (_lock)
        {
            if (isBehind ? now - _toldAt < TellEvery : _toldAt is null || status.FailingSince is not null)
                return;
            _toldAt = isBehind ? now : null;
        }
        _context.RaiseEvent(isBehind
            ? new(BudgetEventTypes.LedgerBehind, now, Subject) { Data = new() { Count = status.Waiting, Cause = status.Failure ?? TooSlow } }
            : new(BudgetEventTypes.LedgerCaughtUp, now, Subject));
    }
}
