using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An extended reservation as JSON.</summary>
[Description("A reservation's new end.")]
internal sealed record ExtensionReply
{
    public required string ReservationId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
