using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The cursors of pages of approvals: the time at which the page's last one was asked for, in ticks of 100 ns, and its id.</summary>
internal static class ApprovalCursor
{
    private const int TickDigits = 19;

    public static string Of(ApprovalPlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.RequestedAt.UtcTicks:D19}{place.Id}");

    /// <exception cref="ArgumentException">The text is no cursor.</exception>
    public static ApprovalPlace? Read(string? cursor, string member)
    {
        if (cursor is null)
            return null;
        return cursor.Length > TickDigits && long.TryParse(cursor.AsSpan(0, TickDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && BudgetScope.IsValidId(cursor[TickDigits..])
                ? new(new(ticks, TimeSpan.Zero), cursor[TickDigits..])
                : throw new ArgumentException($"{member} is not the cursor of a page.", member);
    }
}
