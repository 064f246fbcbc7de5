using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A request to reserve for, as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("One paid call to reserve budget for.")]
internal sealed class ReserveBody : RequestBody
{
    [Description("The time for which the hold lasts, 1 to 86400 seconds; absent: as configured.")]
    public decimal? LeaseSeconds { get; init; }

    private protected override TimeSpan? Lease(string path) =>
        LeaseSeconds is { } seconds ? Leases.Of(seconds, FieldException.Join(path, "leaseSeconds")) : null;
}
