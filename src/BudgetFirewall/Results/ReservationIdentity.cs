using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The names that a reservation's id consists of: its partition, the scope that owns the operation, and the operation that made it. Immutable.
/// </summary>
/// <remarks>
/// An id ends with a tag that only the store's secret can make. Reading an id does not verify the tag; settling by an id with a wrong tag finds no reservation.
/// </remarks>
/// <example><code>
/// if (!ReservationIdentity.TryParse(id, out var identity) || identity.OperationScope != scopeOfCaller)
///     return Results.NotFound();
/// await firewall.CommitAsync(id, cost);
/// </code></example>
public sealed record ReservationIdentity
{
    /// <summary>The maximum number of characters of a reservation's id.</summary>
    internal const int MaxLength = (3 * Identifier.MaxLength) + 8 + 1 + TagLength;

    /// <summary>128 bits in Base64Url.</summary>
    internal const int TagLength = 22;

    // The separators before the tag. Which of the two stands there says how the rest of the id is to be read.
    private const char AfterId = '.';
    private const char AfterNames = '~';

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The request's <see cref="BudgetRequest.OperationScope"/>; null for none.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The id of the operation that made the reservation.</summary>
    public required string OperationId { get; init; }

    /// <summary>
    /// The tag as written in the id, not verified; empty when the id has none. Null when the names come from the library itself and need no proof.
    /// </summary>
    internal string? Tag { get; init; }

    /// <summary>Reads the names in a reservation's id.</summary>
    /// <param name="reservationId">The id.</param>
    /// <param name="identity">The identity that the id names; null when the result is false.</param>
    /// <returns>False when the text is not the id of any reservation.</returns>
    public static bool TryParse([NotNullWhen(true)] string? reservationId, [NotNullWhen(true)] out ReservationIdentity? identity)
    {
        identity = null;
        if (reservationId is null || reservationId.Length > MaxLength)
            return false;
        // A tag is whole or, where the id was read before the store was ever reached, missing.
        var mark = reservationId.Length - 1 - TagLength;
        if (mark < 1 || reservationId[mark] is not (AfterId or AfterNames))
            mark = reservationId.Length - 1;
        if (mark < 1)
            return false;
        identity = reservationId[mark] switch
        {
            AfterId => Of(partition: null, scope: null, reservationId[..mark], reservationId[(mark + 1)..]),
            AfterNames => OfNames(reservationId[..mark], reservationId[(mark + 1)..]),
            _ => null,
        };
        return identity is not null;
    }

    internal static ReservationIdentity Of(HeldReservation reservation) =>
        new() { Partition = reservation.Partition, OperationScope = reservation.OperationScope, OperationId = reservation.OperationId };

    /// <summary>The identity of the reservation that a call makes or has made.</summary>
    internal static ReservationIdentity Of(DecisionCall call) =>
        new() { Partition = call.Partition, OperationScope = call.OperationScope, OperationId = call.OperationId };

    /// <summary>The id without its tag, which cannot settle a reservation. For fakes, whose ids need no tag.</summary>
    public override string ToString() => Text(Partition, OperationScope, OperationId, tag: []);

    /// <summary>The id with a tag.</summary>
    internal static string Text(string? partition, string? scope, string operationId, ReadOnlySpan<char> tag) => partition is null && scope is null
        ? $"{operationId}{AfterId}{tag}"
        : string.Create(CultureInfo.InvariantCulture, $"{partition?.Length ?? 0}:{scope?.Length ?? 0}:{partition}{scope}{operationId}{AfterNames}{tag}");

    private static ReservationIdentity? OfNames(string text, string tag)
    {
        if (ReadLength(text, 0, out var partition) is not { } scopeAt || ReadLength(text, scopeAt, out var scope) is not { } start
            || (partition == 0 && scope == 0) || text.Length <= start + partition + scope)
        {
            return null;
        }
        return Of(
            partition == 0 ? null : text.Substring(start, partition),
            scope == 0 ? null : text.Substring(start + partition, scope),
            text[(start + partition + scope)..],
            tag);
    }

    // One way to write each number, so that a reservation has one id.
    private static int? ReadLength(string text, int at, out int length)
    {
        length = 0;
        var colon = text.IndexOf(':', at);
        var digits = colon < 0 ? default : text.AsSpan(at, colon - at);
        return digits.Length is >= 1 and <= 3 && (digits.Length == 1 || digits[0] != '0')
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= Identifier.MaxLength
                ? colon + 1
                : null;
    }

    private static ReservationIdentity? Of(string? partition, string? scope, string operationId, string tag) =>
        Identifier.IsValid(operationId) && (partition is null || Identifier.IsValid(partition)) && (scope is null || Identifier.IsValid(scope))
            ? new() { Partition = partition, OperationScope = scope, OperationId = operationId, Tag = tag }
            : null;
}
