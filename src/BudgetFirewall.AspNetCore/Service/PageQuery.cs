using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace BudgetFirewall;

/// <summary>The page of a list that a query asks for. The list is ordered by id, and a cursor is the last id of the page before.</summary>
/// <param name="Limit">The most items of the page.</param>
/// <param name="AfterId">The id that the page comes after; null for the first page.</param>
internal readonly record struct PageQuery(int Limit, string? AfterId)
{
    public const string LimitText = "The most items to answer: 1 to 1,000; absent: 100.";
    public const string CursorText = "The nextCursor of the page before; absent: the first page.";

    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the query's values.</summary>
    /// <exception cref="FieldException">The limit is outside its range, or the cursor is none of the service's.</exception>
    public static PageQuery Of(string? limit, string? cursor) => new(LimitOf(limit), cursor is null ? null : IdIn(cursor));

    /// <summary>The most items that a query asks for.</summary>
    /// <exception cref="FieldException">The limit is outside its range.</exception>
    public static int LimitOf(string? limit)
    {
        var count = DefaultLimit;
        return limit is null || (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MaxLimit)
            ? count
            : throw new FieldException("limit", $"limit must be 1 to {MaxLimit:N0}.");
    }

    /// <summary>The cursor of the page that comes after an id.</summary>
    public static string CursorAfter(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    private static string IdIn(string cursor)
    {
        try
        {
            if (Strict.GetString(Base64Url.DecodeFromChars(cursor)) is var id && BudgetScope.IsValidId(id))
                return id;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            // Answered as one that names no id.
        }
        throw new FieldException("cursor", "cursor is not the nextCursor of a page.");
    }
}
