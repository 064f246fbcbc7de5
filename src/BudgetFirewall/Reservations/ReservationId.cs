using System.Globalization;

namespace BudgetFirewall;

/// <summary>
/// What a reservation is known by: the id of its operation, and where there are partitions, before it the length of the partition's name, a colon and the name.
/// </summary>
internal static class ReservationId
{
    public static string Of(string? partition, string operationId) =>
        partition is null ? operationId : string.Create(CultureInfo.InvariantCulture, $"{partition.Length}:{partition}{operationId}");

    public static (string? Partition, string OperationId) Parse(string reservationId, string? partitionBy)
    {
        ArgumentNullException.ThrowIfNull(reservationId);
        if (partitionBy is null)
            return (null, Identifier.Check(reservationId, nameof(reservationId)));
        var colon = reservationId.IndexOf(':', StringComparison.Ordinal);
        if (colon is > 0 and <= 3
            && int.TryParse(reservationId.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length > 0 && reservationId.Length > colon + 1 + length)
        {
            var partition = reservationId.Substring(colon + 1, length);
            return (Identifier.Check(partition, nameof(reservationId)), Identifier.Check(reservationId[(colon + 1 + length)..], nameof(reservationId)));
        }
        throw new ArgumentException("This is not the id of a reservation made with partitions.", nameof(reservationId));
    }
}
