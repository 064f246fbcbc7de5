using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The objects that the flows of one firewall share.</summary>
internal sealed record FirewallParts(
    SettingsSource Settings,
    StoreCaller Store,
    ReservationIds Ids,
    LimitsSource Limits,
    EventReporter Events,
    TimeProvider TimeProvider,
    ILogger Logger);
