using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BudgetFirewall.Tool;

/// <summary>The HTTP service of an application, as <c>docs/http-service.md</c> describes it.</summary>
internal sealed class ServiceBackend(ServiceClient client) : IBackend
{
    private const int PageSize = 1_000;

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    public Task<StatusAnswer> GetStatusAsync(BudgetScope scope, CancellationToken cancellationToken)
    {
        var (kind, id) = scope == BudgetScope.Global ? ("global", "global") : (scope.Kind, scope.Id);
        return client.AskAsync(HttpMethod.Get, $"status/{ServiceClient.Part(kind)}/{ServiceClient.Part(id)}", null, AnswerJson.Default.StatusAnswer, cancellationToken);
    }

    public async Task<IReadOnlyList<BudgetAnswer>> ListBudgetsAsync(CancellationToken cancellationToken)
    {
        var all = new List<BudgetAnswer>();
        string? cursor = null;
        do
        {
            var page = await client.AskAsync(HttpMethod.Get, $"budgets?limit={PageSize}{After(cursor)}", null, AnswerJson.Default.BudgetList, cancellationToken);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    public async Task<BudgetAnswer?> FindBudgetAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await client.AskAsync(HttpMethod.Get, $"budgets/{ServiceClient.Part(id)}", null, AnswerJson.Default.BudgetAnswer, cancellationToken);
        }
        catch (ToolException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public async Task<BudgetAnswer> SetBudgetAsync(BudgetAnswer budget, CancellationToken cancellationToken)
    {
        // Checked here too, so that an error names the option and not the member of a body.
        _ = budget.ToBudget();
        var text = await client.ChangeAsync(HttpMethod.Put, "budgets", JsonSerializer.Serialize(budget, AnswerJson.Default.BudgetAnswer), cancellationToken);
        return ServiceClient.Read(text, AnswerJson.Default.BudgetAnswer);
    }

    public async Task<bool> RemoveBudgetAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await client.ChangeAsync(HttpMethod.Delete, $"budgets/{ServiceClient.Part(id)}", null, cancellationToken);
            return true;
        }
        catch (ToolException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    public Task ResetBudgetAsync(string id, BudgetScope? scope, CancellationToken cancellationToken)
    {
        var body = scope is { } named ? new JsonObject { ["scope"] = named.ToString() } : null;
        return client.ChangeAsync(HttpMethod.Post, $"budgets/{ServiceClient.Part(id)}/reset", body?.ToJsonString(), cancellationToken);
    }

    public Task<string> ReportAsync(ReportQuestion question, CancellationToken cancellationToken)
    {
        if (question.BillingAccount is not null)
            throw NotSupported("--billing-account: the service knows whose bill it is");
        var body = new JsonObject
        {
            ["from"] = Texts.Of(question.From),
            ["to"] = Texts.Of(question.To),
            ["groupBy"] = new JsonArray([.. question.GroupBy.Select(name => (JsonNode)name)]),
            ["interval"] = Texts.Of(question.Interval),
            ["timeZone"] = question.TimeZone,
            ["scopes"] = new JsonObject(question.Scopes.Select(scope => KeyValuePair.Create(scope.Key, (JsonNode?)scope.Value))),
            ["format"] = question.Format == ReportFormat.Table ? "json" : Texts.Of(question.Format),
        };
        if (question.Top is { } top)
            body["top"] = top;
        return client.AskAsync(HttpMethod.Post, "cost-tracking/reports", body.ToJsonString(), cancellationToken);
    }

    public async IAsyncEnumerable<EntryAnswer> ReadEntriesAsync(ExportQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = EntriesPath(question);
        string? cursor = null;
        do
        {
            var page = await client.AskAsync(HttpMethod.Get, path + After(cursor), null, AnswerJson.Default.EntryList, cancellationToken);
            foreach (var entry in page.Items)
                yield return entry;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    public Task<long> WriteFocusAsync(ExportQuestion question, string billingAccount, TextWriter writer, CancellationToken cancellationToken) =>
        throw NotSupported("export by FOCUS; the service writes reports by FOCUS: report --format focus");

    public Task<ReconciliationAnswer> ReconcileAsync(CancellationToken cancellationToken) => throw NotSupported("verify reconciliation");

    public Task<LedgerAnswer> VerifyLedgerAsync(LedgerQuestion question, CancellationToken cancellationToken) => throw NotSupported("verify ledger");

    public async Task<ReceiptAnswer> VerifyReceiptAsync(byte[] receipt, CancellationToken cancellationToken)
    {
        // As it is: a receipt that somebody has changed is to be judged and not read here.
        var answer = await client.AskAsync(HttpMethod.Post, "receipts/verify", System.Text.Encoding.UTF8.GetString(receipt), cancellationToken);
        return ServiceClient.Read(answer, AnswerJson.Default.ReceiptAnswer);
    }

    public async Task<WhatIfAnswer> AskWhatIfAsync(WhatIfQuestion question, IProgress<double> progress, CancellationToken cancellationToken)
    {
        // Read first, so that a file that cannot be used is told before anything is sent.
        _ = SettingsFile.Read(question.Configuration);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(question.Configuration.FullName, cancellationToken), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var section = json!.AsObject().Single(member => string.Equals(member.Key, SettingsFile.SectionName, StringComparison.OrdinalIgnoreCase)).Value;
        var body = new JsonObject
        {
            ["from"] = Texts.Of(question.From),
            ["to"] = Texts.Of(question.To),
            ["leadSeconds"] = (long)question.Lead.TotalSeconds,
            ["configuration"] = section!.DeepClone(),
            ["takeUpChanges"] = question.TakeUpChanges,
            ["askForCharges"] = question.AskForCharges,
        };
        return await client.AskAsync(HttpMethod.Post, "what-if", body, AnswerJson.Default.WhatIfAnswer, cancellationToken);
    }

    public async Task<RefundAnswer> RefundAsync(RefundQuestion question, CancellationToken cancellationToken)
    {
        if (question.OperationId is null)
            throw NotSupported("refund --entry; name the operation");
        var body = new JsonObject { ["correctionId"] = question.CorrectionId };
        if (question.Amount is { } amount)
            body["amount"] = Texts.Of(amount);
        if (question.Cost is { } cost)
            body["cost"] = Texts.Of(cost);
        if (question.Reason is not null)
            body["reason"] = question.Reason;
        var text = await client.ChangeAsync(HttpMethod.Post, $"charges/{ServiceClient.Part(question.OperationId)}/refund", body.ToJsonString(), cancellationToken);
        return ServiceClient.Read(text, AnswerJson.Default.RefundAnswer);
    }

    private static string EntriesPath(ExportQuestion question)
    {
        var query = new List<string> { "limit=" + PageSize.ToString(CultureInfo.InvariantCulture) };
        if (question.From is { } from)
            query.Add("from=" + Uri.EscapeDataString(Texts.Of(from)));
        if (question.To is { } to)
            query.Add("to=" + Uri.EscapeDataString(Texts.Of(to)));
        query.AddRange(question.Kinds.Select(kind => "kind=" + Texts.Of(kind)));
        foreach (var (kind, id) in question.Scopes)
            query.Add($"{(kind is "user" or "project" or "provider" or "model" ? kind : "dimensions." + Uri.EscapeDataString(kind))}={Uri.EscapeDataString(id)}");
        return "cost-tracking/records?" + string.Join('&', query);
    }

    private static string After(string? cursor) => cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor);

    private static ToolException NotSupported(string what) => new(ExitCode.NotSupported, $"The HTTP service cannot do this: {what}. Use --config with --redis and --ledger.");
}
