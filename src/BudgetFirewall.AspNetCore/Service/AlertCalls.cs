using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls on alerts.</summary>
internal sealed class AlertCalls(BudgetServiceOptions options)
{
    private const string All = "all";

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, string? state)
    {
        var alerts = Alerts(context);
        if (page.AfterId is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FieldException("cursor", "cursor is not the nextCursor of a page.");
        var found = await alerts.ListAsync(StateOf(state), page.Limit, page.AfterId, context.RequestAborted).ConfigureAwait(false);
        var reply = new AlertListReply { Items = [.. found.Alerts.Select(AlertReply.Of)], NextCursor = found.NextCursor is { } next ? PageQuery.CursorAfter(next) : null };
        return new JsonReply<AlertListReply>(reply, ServiceJson.Default.AlertListReply);
    }

    public async Task<IResult> GetAsync(HttpContext context) => Reply(await Alerts(context).FindAsync(PathValue.FromEnd(context, "id", 0), context.RequestAborted).ConfigureAwait(false));

    public Task<IResult> AcknowledgeAsync(HttpContext context, string? key) => ChangeAsync(context, key, static (alerts, id, by, note) => alerts.AcknowledgeAsync(id, by, note, CancellationToken.None));

    public Task<IResult> ResolveAsync(HttpContext context, string? key) => ChangeAsync(context, key, static (alerts, id, by, note) => alerts.ResolveAsync(id, by, note, CancellationToken.None));

    private async Task<IResult> ChangeAsync(HttpContext context, string? key, Func<IAlerts, string, string?, string?, ValueTask<Alert?>> change)
    {
        var alerts = Alerts(context);
        // What it does is done once, whatever the key is; a key that is none is refused all the same.
        _ = OperationKey.Of(key, given: null);
        var body = await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.AlertNoteBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        return Reply(await change(alerts, PathValue.FromEnd(context, "id", 1), ServiceCaller.RecordedNameOf(context, options), body.Note).ConfigureAwait(false));
    }

    private static AlertState? StateOf(string? state)
    {
        if (state is null or All)
            return null;
        return WireNames.Parse<AlertState>(state) ?? throw new FieldException("state", $"state must be {All}, {WireNames.Choices<AlertState>()}.");
    }

    private static IResult Reply(Alert? alert) => alert is null
        ? ProblemReply.NotFound("There is no alert with this id.")
        : new JsonReply<AlertReply>(AlertReply.Of(alert), ServiceJson.Default.AlertReply);

    private IAlerts Alerts(HttpContext context) => FirewallServiceLookup.FindService<IAlerts>(context.RequestServices, options.Firewall) ?? throw new AlertsMissingException();
}
