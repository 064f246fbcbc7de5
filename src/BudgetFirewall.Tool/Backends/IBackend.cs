namespace BudgetFirewall.Tool;

/// <summary>What commands are done with: a firewall in this process, or the HTTP service. What one of them cannot do is a <see cref="ToolException"/> with <see cref="ExitCode.NotSupported"/>.</summary>
internal interface IBackend : IAsyncDisposable
{
    Task<StatusAnswer> GetStatusAsync(BudgetScope scope, CancellationToken cancellationToken);

    Task<IReadOnlyList<BudgetAnswer>> ListBudgetsAsync(CancellationToken cancellationToken);

    /// <returns>The budget in force of an id; null when there is none.</returns>
    Task<BudgetAnswer?> FindBudgetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sets a budget, and gives it as it is in force.</summary>
    Task<BudgetAnswer> SetBudgetAsync(BudgetAnswer budget, CancellationToken cancellationToken);

    /// <returns>False when none with this id was set at run time.</returns>
    Task<bool> RemoveBudgetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sets what was spent in the present period to zero, for one scope; null where the budget is about one.</summary>
    Task ResetBudgetAsync(string id, BudgetScope? scope, CancellationToken cancellationToken);

    /// <returns>The report in the format that was asked for.</returns>
    Task<string> ReportAsync(ReportQuestion question, CancellationToken cancellationToken);

    /// <summary>Entries, the newest first.</summary>
    IAsyncEnumerable<EntryAnswer> ReadEntriesAsync(ExportQuestion question, CancellationToken cancellationToken);

    /// <summary>Writes entries as a file by FOCUS.</summary>
    /// <returns>The number of rows.</returns>
    Task<long> WriteFocusAsync(ExportQuestion question, string billingAccount, TextWriter writer, CancellationToken cancellationToken);

    Task<ReconciliationAnswer> ReconcileAsync(CancellationToken cancellationToken);

    Task<LedgerAnswer> VerifyLedgerAsync(LedgerQuestion question, CancellationToken cancellationToken);

    Task<ReceiptAnswer> VerifyReceiptAsync(byte[] receipt, CancellationToken cancellationToken);

    Task<WhatIfAnswer> AskWhatIfAsync(WhatIfQuestion question, IProgress<double> progress, CancellationToken cancellationToken);

    Task<RefundAnswer> RefundAsync(RefundQuestion question, CancellationToken cancellationToken);
}
