using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BudgetFirewall;

/// <summary>
/// The settings in force. A change of configuration is taken up while running; one that is not valid is logged and the former settings stay.
/// Thread-safe.
/// </summary>
internal sealed class SettingsSource : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Func<BudgetFirewallOptions> _options;
    private readonly IReadOnlyList<IPriceModifier> _modifiers;
    private readonly ILogger _logger;
    private readonly string? _name;
    private volatile FirewallSettings? _current;
    private bool _isDisposed;

    /// <summary>Reads and checks the options, and follows their changes.</summary>
    /// <param name="options">Makes the options anew.</param>
    /// <param name="changes">The tokens that fire when the options have changed.</param>
    /// <param name="modifiers">The modifiers that change costs as they are computed.</param>
    /// <param name="loggers">The factory of the logger that reports a change that is not valid.</param>
    /// <param name="name">The firewall's name; null for the unnamed one.</param>
    /// <exception cref="OptionsValidationException">The options are not valid.</exception>
    public SettingsSource(
        Func<BudgetFirewallOptions> options, IEnumerable<Func<IChangeToken?>> changes, IReadOnlyList<IPriceModifier> modifiers, ILoggerFactory loggers, string? name)
    {
        (_options, _modifiers, _name) = (options, modifiers, name);
        _logger = EscapingLoggerFactory.Of(loggers).CreateLogger(name is null ? "BudgetFirewall" : $"BudgetFirewall.{name}");
        try
        {
            // Subscribed before the first reading: a change during it waits for the lock and is then taken up, not lost.
            lock (_lock)
            {
                foreach (var change in changes)
                    _subscriptions.Add(ChangeToken.OnChange(change, TakeUpChange));
                _current = Read();
                LogPriceBook(former: null, _current.PriceBook);
                LogBudgetsWithoutPrices(former: null, _current);
                LogLikelyMistakes(former: null, _current);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The settings in force.</summary>
    public FirewallSettings Current => _current!;

    /// <summary>Stops following changes; the settings stay as they are.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        // Outside the lock: ending a subscription waits for its callback, which may be waiting for the lock.
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }

    // Runs in the code that changed the configuration, where an invalid change must not throw.
    private void TakeUpChange()
    {
        lock (_lock)
        {
            if (_isDisposed || _current is not { } former)
                return;
            try
            {
                var settings = Read();
                CheckUnchangeable(former, settings);
                _current = settings;
                ConfigurationLog.ConfigurationChanged(_logger, settings.Budgets.Count, settings.RateLimits.Count);
                LogPriceBook(former.PriceBook, settings.PriceBook);
                LogBudgetsWithoutPrices(former, settings);
                LogLikelyMistakes(former, settings);
            }
            catch (OptionsValidationException e)
            {
                ConfigurationLog.ConfigurationRejected(_logger, exception: null, e.Message);
            }
            catch (Exception e)
            {
                ConfigurationLog.ConfigurationRejected(_logger, e, e.Message);
            }
        }
    }

    private void LogPriceBook(ModelPriceBook? former, ModelPriceBook? book)
    {
        if (book is null || ReferenceEquals(former, book))
            return;
        ConfigurationLog.PriceBookInForce(_logger, book);
        // Models that cost nothing are warned of as well, but as whole entries: a file has many of them, most of them right.
        ModelPriceNote[] ofFields = [.. (book.Import?.Warnings ?? []).Where(note => note.Field is not null)];
        if (ofFields is [var first, ..])
            ConfigurationLog.PriceBookWarning(_logger, ofFields.Length, first.Model, first.Field, first.Reason);
    }

    private void LogBudgetsWithoutPrices(FirewallSettings? former, FirewallSettings settings)
    {
        if (former is { BudgetsWithoutPrices.Count: > 0 } || settings.BudgetsWithoutPrices is not { Count: > 0 } budgets)
            return;
        // Ids of budgets may contain those of users, which are not for the log.
        ConfigurationLog.BudgetsWithoutPrices(_logger, budgets.Count, string.Join(", ", budgets.Select(budget => budget.Scope.Kind).Distinct(StringComparer.Ordinal)));
    }

    private void LogLikelyMistakes(FirewallSettings? former, FirewallSettings settings)
    {
        const int MostShown = 5;
        var mistakes = settings.LikelyMistakes;
        if (mistakes.Count == 0 || (former is not null && mistakes.SequenceEqual(former.LikelyMistakes)))
            return;
        var more = mistakes.Count > MostShown ? $"; and {mistakes.Count - MostShown} more" : "";
        ConfigurationLog.LikelyMistakes(_logger, string.Join("; ", mistakes.Take(MostShown)) + more);
    }

    private FirewallSettings Read() => FirewallSettings.Create(_options(), _modifiers, _name);

    // These options determine where everything is counted; with other values the amounts already spent would not be found.
    private void CheckUnchangeable(FirewallSettings former, FirewallSettings settings)
    {
        var errors = new List<string>();
        Check(nameof(settings.KeyPrefix), former.KeyPrefix, settings.KeyPrefix);
        Check(nameof(settings.PartitionBy), former.PartitionBy, settings.PartitionBy);
        if (former.Outbox != settings.Outbox)
            errors.Add($"{nameof(settings.Outbox)} must stay as it is until a restart");
        if (errors.Count > 0)
            throw new OptionsValidationException(_name ?? Options.DefaultName, typeof(BudgetFirewallOptions), errors);

        void Check(string path, string? before, string? now)
        {
            if (before != now)
                errors.Add($"{path} must stay {OptionError.Quote(before)} until a restart but is {OptionError.Quote(now)}");
        }
    }
}
