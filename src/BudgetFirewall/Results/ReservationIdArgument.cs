namespace BudgetFirewall;

/// <summary>A reservation's id as a caller has given it.</summary>
internal sealed class ReservationIdArgument
{
    private readonly string _text;

    /// <param name="reservationId">The id.</param>
    /// <param name="partitionBy">The kind of scope that budgets are partitioned by; null without partitions.</param>
    /// <exception cref="ArgumentNullException">The id is null.</exception>
    /// <exception cref="ArgumentException">It is empty, longer than any, or not well-formed UTF-16.</exception>
    public ReservationIdArgument(string reservationId, string? partitionBy)
    {
        _text = Identifier.Check(reservationId, nameof(reservationId), ReservationIdentity.MaxLength);
        // An invented id must not name a partition when there are none, nor leave the partition out when there are some.
        Identity = ReservationIdentity.TryParse(reservationId, out var identity) && identity.Partition is null == partitionBy is null ? identity : null;
    }

    /// <summary>The names read from the id; the tag is not verified yet. Null when the text is not the id of a reservation of this configuration.</summary>
    public ReservationIdentity? Identity { get; }

    /// <summary>The exception for an id that is unknown or wrong, which does not say which of the two.</summary>
    public ReservationNotFoundException NotFound() =>
        new(_text, $"The reservation '{_text}' is unknown or its record is past its time; nothing was changed.") { OperationId = Identity?.OperationId };
}
