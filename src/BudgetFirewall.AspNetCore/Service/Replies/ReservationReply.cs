using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A reservation as JSON.</summary>
[Description("A hold on every budget of a request, until it is committed or released, or expires.")]
internal sealed record ReservationReply
{
    public required string ReservationId { get; init; }

    [Description("The cost that is held, in currency units.")]
    public required string Cost { get; init; }

    [Description("The time at which the hold ends by itself. A commit is recorded in full also later.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    public required DecisionReply Decision { get; init; }

    public static ReservationReply Of(BudgetReservation reservation) => new()
    {
        ReservationId = reservation.Id,
        Cost = Amounts.Text(reservation.Cost),
        ExpiresAt = reservation.ExpiresAt,
        Decision = DecisionReply.Of(reservation.Decision),
    };
}
