namespace BudgetFirewall;

/// <summary>Replays the entries of a ledger against another configuration, to see what it would have refused. Thread-safe.</summary>
/// <example><code>
/// var report = await WhatIf.RunAsync(ledger, new WhatIfRequest
/// {
///     From = monday, To = monday.AddDays(7),
///     Configure = options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 2m }),
/// });
/// Console.WriteLine($"{report.NewlyRefused} calls that were made would be refused.");
/// </code></example>
public static class WhatIf
{
    /// <summary>
    /// Makes a firewall of the configuration, with its state in memory and a clock of its own, and asks it for every call that the entries tell of, in their order. It writes to nothing: no store, no ledger, no
    /// metric and no event of the application. Entries are read page by page, so that the memory it takes does not depend on their number.
    /// </summary>
    /// <param name="ledger">The ledger. It is read only.</param>
    /// <param name="request">The time and the configuration.</param>
    /// <param name="progress">Told after each page of entries; null for nobody.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    /// <returns>What would have been refused, by which limits and for whom, and what could not be replayed.</returns>
    /// <exception cref="ArgumentException">The times are reversed, a value is outside its range, or there is no configuration.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is not valid; the message has every error, with its path and the value found.</exception>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The replay was ended.</exception>
    public static Task<WhatIfReport> RunAsync(ILedger ledger, WhatIfRequest request, IProgress<WhatIfProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        // A ledger in a file reads without waiting for anything, and a replay takes minutes: the caller's thread is not kept.
        return Task.Run(() => new ReplayRun(ledger, request, progress).RunAsync(cancellationToken), cancellationToken);
    }
}
