using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>What the parts of a firewall share.</summary>
internal sealed record FirewallParts(
    SettingsSource Settings,
    StoreGate Store,
    ReservationIds Ids,
    LimitsSource Limits,
    FirewallSignals Signals,
    TimeProvider TimeProvider,
    ILogger Logger);
