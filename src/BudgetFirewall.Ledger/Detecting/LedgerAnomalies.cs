using System.Data.Common;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>The anomalies of a ledger in a database. It looks for them when it is asked, and by itself after <see cref="Start"/>. Thread-safe.</summary>
/// <example><code>
/// await using var ledger = SqliteLedger.Open("Data Source=ledger.db");
/// await using var anomalies = LedgerAnomalies.Open(ledger, options => options.TimeZone = "Europe/Berlin");
/// anomalies.Start();
/// </code></example>
public sealed class LedgerAnomalies : ILedgerAnomalies, IAsyncDisposable, IDisposable
{
    private const string Lease = "anomalies";
    private const int OwnerDigits = 16;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RemoveEvery = TimeSpan.FromHours(1);

    private readonly LedgerDatabase _database;
    private readonly AnomalyOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly AnomalyRows _rows;
    private readonly SpendReader _reader;
    private readonly HourCalendar _calendar;
    private readonly HourEvaluation _hours;
    private readonly BurnRates? _burnRates;
    private readonly Action<BudgetEvent> _raise;
    private readonly string _owner = RandomNumberGenerator.GetHexString(OwnerDigits, lowercase: true);
    private readonly SemaphoreSlim _lock = new(1);
    private readonly Lock _starting = new();
    private EvaluationLoop? _loop;
    private DateTimeOffset _heldUntil;
    private DateTimeOffset _removedAt;
    private bool _isClosed;

    private LedgerAnomalies(LedgerDatabase database, AnomalyOptions options, Func<IBudgetFirewall>? firewall, Action<BudgetEvent> raise, TimeProvider timeProvider, ILogger logger)
    {
        (_database, _options, _raise, _timeProvider, _logger) = (database, options, raise, timeProvider, logger);
        (_rows, _reader, _calendar) = (new(database), new(database), new(options.TimeZone));
        _hours = new(_reader, _calendar, options);
        _burnRates = firewall is null || options.BurnRateFactor is null ? null : new(new(database), _reader, firewall, options);
    }

    /// <summary>Opens the anomalies of a ledger. Nothing waits for the database.</summary>
    /// <param name="ledger">The ledger, of SQLite or PostgreSQL; it is not disposed.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <param name="firewall">The firewall whose budgets are watched for burn rates; null for none. It is not disposed.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Makes the logger; null for none.</param>
    /// <exception cref="ArgumentException">The ledger is of another kind, or an option is outside its range.</exception>
    public static LedgerAnomalies Open(
        ILedger ledger, Action<AnomalyOptions>? configure = null, IBudgetFirewall? firewall = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null) =>
        Open(ledger, configure, firewall is null ? null : () => firewall, static _ => { }, timeProvider, loggerFactory);

    internal static LedgerAnomalies Open(
        ILedger ledger, Action<AnomalyOptions>? configure, Func<IBudgetFirewall>? firewall, Action<BudgetEvent> raise, TimeProvider? timeProvider, ILoggerFactory? loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (ledger is not DatabaseLedger kept)
            throw new ArgumentException($"Anomalies are kept in the database of a ledger, and {ledger.GetType().Name} has none.", nameof(ledger));
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Anomalies");
        return new(kept.Database, AnomalyOptions.From(configure), firewall, raise, timeProvider ?? TimeProvider.System, logger);
    }

    /// <summary>Evaluates by itself from now on, every <see cref="AnomalyOptions.EvaluateEvery"/>, until it is disposed. Called again, it does nothing.</summary>
    public void Start()
    {
        lock (_starting)
        {
            if (!_isClosed)
                _loop ??= new(token => EvaluateAsync(token).AsTask(), _options.EvaluateEvery, _timeProvider, _logger);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AnomalyEvaluation> EvaluateAsync(CancellationToken cancellationToken = default)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await HoldAsync(cancellationToken).ConfigureAwait(false))
                return new(HasRun: false, 0, 0, 0, 0);
            var evaluation = await EvaluateHoursAsync(cancellationToken).ConfigureAwait(false);
            evaluation = evaluation with { Found = evaluation.Found + await EvaluateBurnRatesAsync(cancellationToken).ConfigureAwait(false) };
            if (evaluation.Found > 0)
                AnomalyLog.Found(_logger, evaluation.Found);
            await RemoveOldAsync(cancellationToken).ConfigureAwait(false);
            return evaluation;
        }
        catch (DbException e)
        {
            throw Failed(e);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerAnomalyPage> ListAsync(LedgerAnomalyQuery? query = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _rows.ListAsync(query ?? new(), cancellationToken).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SpendExpectation> ExpectAsync(BudgetScope scope, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        if (scope.Kind is null || scope.IsEach)
            throw new ArgumentException("The scope must be that of one id.", nameof(scope));
        if (time < DateTimeOffset.UnixEpoch)
            throw new ArgumentException("A ledger has entries from 1970.", nameof(time));
        try
        {
            var hour = _calendar.At(time);
            var judgement = await _reader.FindAsync(scope, cancellationToken).ConfigureAwait(false) is var (kind, id)
                ? await _hours.JudgeAsync(kind, id, hour, cancellationToken).ConfigureAwait(false)
                : _hours.Unknown;
            return new(scope, hour.StartsAt, hour.EndsAt, judgement);
        }
        catch (DbException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Ends the evaluation that goes on, and lets another process take it up at once.</summary>
    public async ValueTask DisposeAsync()
    {
        EvaluationLoop? loop;
        lock (_starting)
        {
            if (_isClosed)
                return;
            (_isClosed, loop) = (true, _loop);
        }
        if (loop is not null)
            await loop.DisposeAsync().ConfigureAwait(false);
        try
        {
            if (_heldUntil > _timeProvider.GetUtcNow())
                await LedgerLeases.ReleaseAsync(_database, Lease, _owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or LedgerException or ObjectDisposedException)
        {
            // The lease ends by itself.
        }
        _lock.Dispose();
    }

    /// <summary>The same, for containers that are disposed without awaiting.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private async ValueTask<AnomalyEvaluation> EvaluateHoursAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var present = _calendar.At(now);
        var (next, passedOver) = await BeginAsync(present, now, cancellationToken).ConfigureAwait(false);
        var (scopes, found, ended) = (0L, 0, 0);
        for (; next.First <= present.First; next = _calendar.At(next.EndsAt))
        {
            var isHeld = true;
            scopes += await _hours.RunAsync(next, async some =>
            {
                found += await WriteAsync(some, cancellationToken).ConfigureAwait(false);
                return isHeld = await HoldAsync(cancellationToken).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false);
            if (!isHeld)
                break;
            // An hour that entries may still come to is looked at again.
            if (next.EndsAt + _options.LookBack > now)
                continue;
            await _rows.WriteMarkAsync(next.EndsAt, cancellationToken).ConfigureAwait(false);
            ended++;
        }
        return new(HasRun: true, ended, passedOver, scopes, found);
    }

    private async ValueTask<int> EvaluateBurnRatesAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        if (_burnRates is null || !await HoldAsync(cancellationToken).ConfigureAwait(false))
            return found;
        await _burnRates.EvaluateAsync(_timeProvider.GetUtcNow(), async some =>
        {
            found += await WriteAsync(some, cancellationToken).ConfigureAwait(false);
            return await HoldAsync(cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>The first hour to look at: the one that nobody has looked at for the last time, or the earliest that is caught up with.</summary>
    private async ValueTask<(HourSpan Next, int PassedOver)> BeginAsync(HourSpan present, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mark = await _rows.ReadMarkAsync(cancellationToken).ConfigureAwait(false);
        // A mark that lies ahead is that of a clock that was wrong.
        var isKnown = mark <= present.EndsAt;
        var next = isKnown ? _calendar.At(mark!.Value) : present;
        var earliest = _calendar.At(now.AddHours(-_options.CatchUpHours));
        var passedOver = Math.Max((int)(earliest.StartsAt - next.StartsAt).TotalHours, 0);
        if (passedOver > 0)
        {
            AnomalyLog.PassedOver(_logger, passedOver);
            next = earliest;
        }
        if (passedOver > 0 || !isKnown)
            await _rows.WriteMarkAsync(next.StartsAt, cancellationToken).ConfigureAwait(false);
        return (next, passedOver);
    }

    private async ValueTask<int> WriteAsync(IReadOnlyList<FoundAnomaly> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0)
            return 0;
        var events = await _rows.WriteAsync(found, _timeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        foreach (var e in events)
            _raise(e);
        return events.Count;
    }

    /// <summary>Takes the lease, or prolongs it when half of it is over.</summary>
    private async ValueTask<bool> HoldAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var length = 3 * _options.EvaluateEvery;
        if (length < ShortestLease)
            length = ShortestLease;
        if (_heldUntil - now > length / 2)
            return true;
        var isHeld = await LedgerLeases.TryHoldAsync(_database, Lease, _owner, now, now + length, cancellationToken).ConfigureAwait(false);
        _heldUntil = isHeld ? now + length : default;
        return isHeld;
    }

    private async ValueTask RemoveOldAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        if (now - _removedAt < RemoveEvery)
            return;
        await _rows.RemoveAsync(now - _options.KeepFor, cancellationToken).ConfigureAwait(false);
        _removedAt = now;
    }

    private LedgerException Failed(DbException e) => new($"Anomalies cannot be read or written ({_database.Dialect.Description}): {e.Message}", e);
}
