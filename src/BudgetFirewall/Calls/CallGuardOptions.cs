using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of holding and settling guarded calls. Copied and checked when a guard is made.</summary>
public sealed class CallGuardOptions
{
    /// <summary>
    /// The lease of each call's reservation when the request gives none, 1 second to 24 hours. Default 1 minute. It is extended for as long as the call runs;
    /// a shorter one returns the budget sooner when the process dies, at the price of one round trip per half of it.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time after its beginning for which a call's hold is still extended, 0 to 24 hours; 0 never extends. Default 1 hour. It bounds how long a response or
    /// stream that is neither read to its end nor disposed holds its budget. A call that runs on is charged in full all the same, and flagged late.
    /// </summary>
    public TimeSpan MaxHold { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The behaviour when the store does not confirm a charge. Default: the caller gets its answer and the charge is repeated in the background.
    /// </summary>
    public UnconfirmedCharges UnconfirmedCharges { get; set; }

    /// <summary>
    /// Called once for each call that was granted, when its charge is recorded, its hold released, or its charge given up on. Runs before the caller goes on,
    /// so keep it short. An exception that it throws is logged. Null, the default, for no call.
    /// </summary>
    public Action<SettledCall>? OnSettled { get; set; }

    /// <summary>The clock that extensions and repetitions are timed by. Null, the default, is the container's; if there is none, the system's.</summary>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>The factory of the logger. Null, the default, is the container's; if there is none, nothing is logged.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The factory of the meter. Null, the default, is the container's; if there is none, the guard makes its own meter.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Copies the options, taking the clock, logger factory and meter factory that are null from a container.</summary>
    /// <param name="services">The container.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public CallGuardOptions CompletedFrom(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new()
        {
            Lease = Lease,
            MaxHold = MaxHold,
            UnconfirmedCharges = UnconfirmedCharges,
            OnSettled = OnSettled,
            TimeProvider = TimeProvider ?? (TimeProvider?)services.GetService(typeof(TimeProvider)),
            LoggerFactory = LoggerFactory ?? (ILoggerFactory?)services.GetService(typeof(ILoggerFactory)),
            MeterFactory = MeterFactory ?? (IMeterFactory?)services.GetService(typeof(IMeterFactory)),
        };
    }

    internal CallGuardSettings Checked()
    {
        LeaseRange.Check(Lease, nameof(Lease));
        if (MaxHold < TimeSpan.Zero || MaxHold > LeaseRange.Max)
            throw new ArgumentOutOfRangeException(nameof(MaxHold), MaxHold, $"{nameof(MaxHold)} must be from 0 to 24 hours.");
        if (!Enum.IsDefined(UnconfirmedCharges))
            throw new ArgumentOutOfRangeException(nameof(UnconfirmedCharges), UnconfirmedCharges, $"{nameof(UnconfirmedCharges)} must be one of its named values.");
        return new(Lease, MaxHold, UnconfirmedCharges == UnconfirmedCharges.Throw, OnSettled, TimeProvider ?? TimeProvider.System);
    }
}
