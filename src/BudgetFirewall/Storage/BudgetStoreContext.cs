using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Storage;

/// <summary>
/// The clock, loggers and options that a store is made with. The options are taken once, when it is made; a later change of configuration does not affect it.
/// </summary>
public sealed class BudgetStoreContext
{
    /// <summary>The clock for waiting, and for stores without a clock of their own.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The logger factory for the store. The value that is read is a wrapper whose loggers escape every text by <see cref="DisplayText"/>.</summary>
    public required ILoggerFactory LoggerFactory
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = EscapingLoggerFactory.Of(value);
        }
    }

    /// <summary>The prefix of every key: <see cref="BudgetFirewallOptions.KeyPrefix"/>.</summary>
    public string KeyPrefix { get; init; } = "bf";

    /// <summary>The time that a call may take: <see cref="BudgetFirewallOptions.StoreTimeout"/>.</summary>
    public TimeSpan StoreTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time that ids of operations are remembered: <see cref="BudgetFirewallOptions.OperationIdRetention"/>.</summary>
    public TimeSpan OperationIdRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The currency of the prices, for display: <see cref="BudgetFirewallOptions.Currency"/>.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>
    /// Prices a request by the present prices, line by line, with another usage where one is given; null where nothing prices it. It is asked for records of what a call has cost, right
    /// after the call: prices may have been changed since the store was asked, and then the lines do not add up to the call's cost.
    /// </summary>
    public Func<BudgetRequest, BudgetUsage?, CostBreakdown?> PriceLines { get; init; } = static (_, _) => null;

    /// <summary>Raises an event of the firewall: what only the store knows of, as the loss of its data. It returns at once and never throws; where nobody hears events it does nothing.</summary>
    public Action<BudgetEvent> RaiseEvent { get; init; } = static _ => { };

    /// <summary>The firewall's name; null for the unnamed one.</summary>
    public string? Name { get; init; }

    /// <summary>The application's services; null without a container.</summary>
    public IServiceProvider? Services { get; init; }
}
