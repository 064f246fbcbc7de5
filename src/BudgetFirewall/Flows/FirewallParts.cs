using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The objects that the flows of one firewall share.</summary>
internal sealed record FirewallParts(
    SettingsSource Settings,
    StoreGate Store,
    ReservationIds Ids,
    LimitsSource Limits,
    CatalogReader Catalog,
    FirewallSignals Signals,
    TimeProvider TimeProvider,
    ILogger Logger);
