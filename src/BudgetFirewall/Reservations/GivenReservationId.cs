namespace BudgetFirewall;

/// <summary>A reservation's id as a caller has given it.</summary>
internal sealed class GivenReservationId
{
    private readonly string _text;

    /// <exception cref="ArgumentNullException">The id is null.</exception>
    /// <exception cref="ArgumentException">It is empty, longer than any, or not well-formed UTF-16.</exception>
    public GivenReservationId(string reservationId)
    {
        _text = Identifier.Check(reservationId, nameof(reservationId), ReservationIdentity.MaxLength);
        Identity = ReservationIdentity.TryParse(reservationId, out var identity) ? identity : null;
    }

    /// <summary>The names read from the id; the tag is not verified yet. Null when the text is not a reservation's id.</summary>
    public ReservationIdentity? Identity { get; }

    /// <summary>The exception for an id that is unknown or wrong, which does not say which of the two.</summary>
    public ReservationNotFoundException NotFound() =>
        new(_text, $"The reservation '{_text}' is unknown or its record is past its time; nothing was changed.") { OperationId = Identity?.OperationId };
}
