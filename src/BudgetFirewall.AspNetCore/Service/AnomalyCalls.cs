using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The call that lists anomalies.</summary>
internal sealed class AnomalyCalls(BudgetServiceOptions options)
{
    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? from, string? to, string? scope, string? kind)
    {
        var anomalies = FirewallServiceLookup.FindService<ILedgerAnomalies>(context.RequestServices, options.Firewall) ?? throw new AnomaliesMissingException();
        if (page.AfterId is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FieldException("cursor", "cursor is not the nextCursor of a page.");
        var (start, end) = (InstantText.Parse(from, "from"), InstantText.Parse(to, "to"));
        InstantText.CheckOrder(start, end);
        var query = new LedgerAnomalyQuery { From = start, To = end, Scope = ScopeOf(scope), Kind = KindOf(kind), Limit = page.Limit, Cursor = page.AfterId };
        var found = await anomalies.ListAsync(query, context.RequestAborted).ConfigureAwait(false);
        var next = found.NextCursor is { } last ? PageQuery.CursorAfter(last) : null;
        return new JsonReply<AnomalyListReply>(new() { Items = [.. found.Anomalies.Select(AnomalyReply.Of)], NextCursor = next }, ServiceJson.Default.AnomalyListReply);
    }

    private static BudgetScope? ScopeOf(string? scope) => scope is null ? null
        : ScopeText.Parse(scope, "scope") is { IsEach: false } one ? one
        : throw new FieldException("scope", "scope must be that of one id, as user=alice.");

    private static AnomalyKind? KindOf(string? kind) => kind is null ? null
        : WireNames.Parse<AnomalyKind>(kind) ?? throw new FieldException("kind", $"kind must be {WireNames.Choices<AnomalyKind>()}.");
}
