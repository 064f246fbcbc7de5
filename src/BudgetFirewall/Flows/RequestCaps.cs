using System.Globalization;
using System.Text;

namespace BudgetFirewall;

/// <summary>Limits the size of a request. A store keeps the request for as long as its reservation, and each name in it can become a scope.</summary>
internal static class RequestCaps
{
    private const int MaxBytesPerChar = 3;

    /// <exception cref="ArgumentException">The request has more of something than the options allow.</exception>
    public static void Check(BudgetRequest request, FirewallSettings settings)
    {
        if (request.Dimensions is { } dimensions && dimensions.Count > settings.MaxDimensions)
            throw TooMuch(nameof(request.Dimensions), $"has {dimensions.Count:N0} entries", nameof(settings.MaxDimensions), settings.MaxDimensions);
        if (request.Usage is { } usage)
            Check(usage, settings);
        // Characters are counted faster than bytes, and mostly tell enough.
        if (Chars(request) * MaxBytesPerChar > settings.MaxIdBytes && Bytes(request) is var bytes && bytes > settings.MaxIdBytes)
            throw TooMuch(nameof(request), $"has {bytes:N0} bytes of ids and names", nameof(settings.MaxIdBytes), settings.MaxIdBytes);
    }

    /// <exception cref="ArgumentException">The usage has more units than the options allow.</exception>
    public static void Check(BudgetUsage usage, FirewallSettings settings)
    {
        if (usage.Units is { } units && units.Count > settings.MaxUnits)
            throw TooMuch(nameof(usage.Units), $"has {units.Count:N0} entries", nameof(settings.MaxUnits), settings.MaxUnits);
    }

    private static long Chars(BudgetRequest request) => (long)request.Provider.Length + request.Operation.Length + Length(request.UserId) + Length(request.ProjectId)
        + Length(request.Model) + Length(request.OperationId) + Length(request.OperationScope) + Length(request.Priority) + request.DimensionChars
        + (request.Usage is { } usage ? Length(usage.ServiceTier) + usage.UnitChars : 0);

    private static int Length(string? name) => name?.Length ?? 0;

    private static long Bytes(BudgetRequest request)
    {
        string?[] names =
        [
            request.Provider, request.Operation, request.UserId, request.ProjectId, request.Model, request.OperationId, request.OperationScope, request.Priority, request.Usage?.ServiceTier,
            .. request.Dimensions?.Keys ?? [], .. request.Dimensions?.Values ?? [], .. request.Usage?.Units?.Keys ?? [],
        ];
        return names.Sum(static name => name is null ? 0L : Encoding.UTF8.GetByteCount(name));
    }

    private static ArgumentException TooMuch(string member, FormattableString what, string option, int most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{member} {FormattableString.Invariant(what)}; {option} allows {most:N0}."), member);
}
