using System.Runtime.CompilerServices;
using BudgetFirewall.Receipts;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Tool;

/// <summary>
/// A firewall in this process, over the Redis and the ledger that the application has. Where the application keeps its state in memory, that cannot be changed from here: what needs it is refused.
/// </summary>
internal sealed class LocalBackend(LocalSettings settings, string by) : IBackend
{
    private ServiceProvider? _services;
    private DatabaseLedger? _ledger;

    private ServiceProvider Services => _services ??= LocalFirewall.Make(settings);

    private DatabaseLedger Ledger => _ledger ??= LocalFirewall.OpenLedger(settings);

    private IBudgetFirewall Firewall => Services.GetRequiredService<IBudgetFirewall>();

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        if (_ledger is not null)
            await _ledger.DisposeAsync();
    }

    public async Task<StatusAnswer> GetStatusAsync(BudgetScope scope, CancellationToken cancellationToken)
    {
        // A store that has just begun would say that nothing was spent.
        if (settings is { Config: not null, Redis: null, Ledger: null })
            throw new ToolException(ExitCode.NotSupported, "What was spent is in the application's memory. Use --redis or --ledger where it has one of them, or --url where it has the HTTP service.");
        return StatusAnswer.Of(await Firewall.GetStatusAsync(scope, settings.Partition, cancellationToken));
    }

    public async Task<IReadOnlyList<BudgetAnswer>> ListBudgetsAsync(CancellationToken cancellationToken) =>
        [.. (await Firewall.Budgets.ListAsync(settings.Partition, cancellationToken)).Select(BudgetAnswer.Of)];

    public async Task<BudgetAnswer?> FindBudgetAsync(string id, CancellationToken cancellationToken) =>
        await Shared.Budgets.FindAsync(id, settings.Partition, cancellationToken) is { } budget ? BudgetAnswer.Of(budget) : null;

    public async Task<BudgetAnswer> SetBudgetAsync(BudgetAnswer budget, CancellationToken cancellationToken)
    {
        var set = budget.ToBudget();
        await Shared.Budgets.ChangedBy(by).SetAsync(set, settings.Partition, cancellationToken);
        return BudgetAnswer.Of(set);
    }

    public async Task<bool> RemoveBudgetAsync(string id, CancellationToken cancellationToken) => await Shared.Budgets.ChangedBy(by).RemoveAsync(id, settings.Partition, cancellationToken);

    public async Task ResetBudgetAsync(string id, BudgetScope? scope, CancellationToken cancellationToken)
    {
        var budget = await Shared.Budgets.FindAsync(id, settings.Partition, cancellationToken) ?? throw new ToolException(ExitCode.No, $"There is no budget with the id '{id}'.");
        if (scope is null && budget.Scope.IsEach)
            throw new ToolException(ExitCode.BadInput, $"The budget is about {budget.Scope}: name one of them by --scope, as {budget.Scope.Kind}=ID.");
        await Shared.Budgets.ChangedBy(by).ResetAsync(id, scope ?? budget.Scope, settings.Partition, cancellationToken);
    }

    public async Task<string> ReportAsync(ReportQuestion question, CancellationToken cancellationToken)
    {
        var focus = question.Format == ReportFormat.Focus
            ? new FocusOptions { BillingAccountId = question.BillingAccount ?? throw new ToolException(ExitCode.BadInput, "FOCUS needs --billing-account ID, which says whose bill it is.") }
            : null;
        var report = await Ledger.ReportAsync(
            new()
            {
                From = question.From,
                To = question.To,
                GroupBy = question.GroupBy,
                Interval = question.Interval,
                TimeZone = question.TimeZone,
                Top = question.Top,
                Scopes = question.Scopes,
                Partition = settings.Partition,
            },
            cancellationToken);
        return question.Format switch
        {
            ReportFormat.Table or ReportFormat.Json => report.ToJson(),
            ReportFormat.Csv => report.ToCsv(),
            ReportFormat.Focus => report.ToFocusCsv(focus!),
            _ => throw new InvalidOperationException($"There is no format {question.Format}."),
        };
    }

    public async IAsyncEnumerable<EntryAnswer> ReadEntriesAsync(ExportQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in Ledger.ReadAllEntriesAsync(QueryOf(question), cancellationToken))
            yield return EntryAnswer.Of(entry);
    }

    public async Task<long> WriteFocusAsync(ExportQuestion question, string billingAccount, TextWriter writer, CancellationToken cancellationToken) =>
        await Ledger.WriteFocusAsync(QueryOf(question), writer, new() { BillingAccountId = billingAccount }, cancellationToken);

    public async Task<ReconciliationAnswer> ReconcileAsync(CancellationToken cancellationToken)
    {
        if (settings.Redis is null || settings.Ledger is null)
            throw new ToolException(ExitCode.NotSupported, "What a ledger has is compared with Redis: name both by --redis and --ledger.");
        return ReconciliationAnswer.Of(await Services.GetRequiredService<ILedgerReconciliation>().RunAsync(cancellationToken));
    }

    public async Task<LedgerAnswer> VerifyLedgerAsync(LedgerQuestion question, CancellationToken cancellationToken)
    {
        var key = ReceiptKey.FromPem(await File.ReadAllTextAsync(question.KeyFile.FullName, cancellationToken));
        var published = question.Checkpoints is { } folder ? new CheckpointFolder(Existing(folder).FullName) : null;
        var keys = published is null ? [key] : KeyAnnouncement.KeysFrom(key, question.Origin, await published.ReadAnnouncementsAsync(cancellationToken));
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = question.Origin, Signer = new PublicSigner(key), TrustedKeys = keys });
        return LedgerAnswer.Of(await receipts.VerifyAllAsync(published is null ? null : await published.ReadAsync(cancellationToken), settings.Partition, cancellationToken));
    }

    public Task<ReceiptAnswer> VerifyReceiptAsync(byte[] receipt, CancellationToken cancellationToken) =>
        throw new ToolException(ExitCode.BadInput, "A receipt is verified by --public-key FILE, or by the service at --url ADDRESS.");

    public async Task<WhatIfAnswer> AskWhatIfAsync(WhatIfQuestion question, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var request = new WhatIfRequest
        {
            From = question.From,
            To = question.To,
            Lead = question.Lead,
            Configuration = SettingsFile.Read(question.Configuration),
            TakeUpChanges = question.TakeUpChanges,
            AskForCharges = question.AskForCharges,
            Partition = settings.Partition,
        };
        return WhatIfAnswer.Of(await WhatIf.RunAsync(Ledger, request, new Fractions(progress), cancellationToken));
    }

    public async Task<RefundAnswer> RefundAsync(RefundQuestion question, CancellationToken cancellationToken)
    {
        if (settings.Ledger is null)
            throw new ToolException(ExitCode.BadInput, "A refund needs the ledger that the charge is in: --ledger sqlite:PATH or postgres:CONNECTION.");
        var correction = new ChargeCorrection
        {
            OperationId = question.OperationId,
            EntryId = question.EntryId,
            CorrectionId = question.CorrectionId,
            Reason = question.Reason,
            By = question.By,
            Partition = settings.Partition,
        };
        return RefundAnswer.Of(question.Cost is { } cost
            ? await Shared.CorrectAsync(correction, cost, cancellationToken)
            : await Shared.RefundAsync(correction, question.Amount, cancellationToken));
    }

    /// <summary>The firewall where its state is shared with the application.</summary>
    private IBudgetFirewall Shared => settings.Redis is not null
        ? Firewall
        : throw new ToolException(ExitCode.NotSupported, "This changes what the application counts by, which is in its memory. Use --redis where it keeps it in Redis, or --url where it has the HTTP service.");

    private LedgerQuery QueryOf(ExportQuestion question) => new()
    {
        From = question.From,
        To = question.To,
        Kinds = question.Kinds,
        Scopes = question.Scopes,
        Partition = settings.Partition,
        Limit = LedgerQuery.MaxLimit,
    };

    private static DirectoryInfo Existing(DirectoryInfo folder) => folder.Exists ? folder : throw new ToolException(ExitCode.BadInput, $"There is no folder {folder.FullName}.");

    /// <summary>The part of a replay that is done.</summary>
    private sealed class Fractions(IProgress<double> progress) : IProgress<WhatIfProgress>
    {
        public void Report(WhatIfProgress value) => progress.Report(value.Fraction);
    }
}
