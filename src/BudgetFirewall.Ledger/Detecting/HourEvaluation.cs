using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Looks at what all scopes of the kinds that are watched have spent in one hour, a bounded number of them at a time. Thread-safe.</summary>
internal sealed class HourEvaluation
{
    private readonly SpendReader _reader;
    private readonly HourCalendar _calendar;
    private readonly AnomalyOptions _options;
    private readonly AnomalyRule _rule;

    public HourEvaluation(SpendReader reader, HourCalendar calendar, AnomalyOptions options)
    {
        (_reader, _calendar, _options) = (reader, calendar, options);
        _rule = new(options);
    }

    /// <summary>Finds the scopes that have spent far more in an hour than is expected of it.</summary>
    /// <param name="hour">The hour.</param>
    /// <param name="onFound">Takes what was found, some scopes at a time; false ends the evaluation.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    /// <returns>The number of scopes that have spent something.</returns>
    public async ValueTask<long> RunAsync(HourSpan hour, Func<IReadOnlyList<FoundAnomaly>, ValueTask<bool>> onFound, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var (kind, id) in await _reader.KindsAsync(_options.Kinds, cancellationToken).ConfigureAwait(false))
        {
            for (long? after = 0; after is { } start;)
            {
                (var spent, after) = await _reader.ReadPageAsync(id, hour, start, cancellationToken).ConfigureAwait(false);
                count += spent.Count;
                foreach (var part in spent.Where(one => one.Amount >= _rule.Least).Chunk(SpendReader.MostScopes))
                {
                    if (!await onFound(await JudgeAsync(kind, id, hour, part, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false))
                        return count;
                }
            }
        }
        return count;
    }

    /// <summary>Judges one scope.</summary>
    public async ValueTask<AnomalyJudgement> JudgeAsync(long kind, long scope, HourSpan hour, CancellationToken cancellationToken)
    {
        var seen = await _reader.ReadHoursAsync(kind, [scope], [hour], cancellationToken).ConfigureAwait(false);
        var expectations = await ExpectAsync(kind, [scope], hour, cancellationToken).ConfigureAwait(false);
        return _rule.Judge(seen[scope][0], expectations[scope]);
    }

    /// <summary>The judgement of a scope that nothing is known of.</summary>
    public AnomalyJudgement Unknown => _rule.Judge(0, Expectation.None);

    private async ValueTask<IReadOnlyList<FoundAnomaly>> JudgeAsync(string kind, long kindId, HourSpan hour, (long Scope, long Amount)[] spent, CancellationToken cancellationToken)
    {
        var expectations = await ExpectAsync(kindId, [.. spent.Select(one => one.Scope)], hour, cancellationToken).ConfigureAwait(false);
        var far = spent.Where(one => _rule.IsAnomaly(one.Amount, expectations[one.Scope])).ToList();
        if (far.Count == 0)
            return [];
        var names = await _reader.NamesAsync([.. far.Select(one => one.Scope)], cancellationToken).ConfigureAwait(false);
        return
        [
            .. far.Select(one => new FoundAnomaly
            {
                Kind = AnomalyKind.Spend,
                Scope = BudgetScope.Of(kind, names[one.Scope]),
                ScopeId = one.Scope,
                Hour = hour.StartsAt,
                HourEnd = hour.EndsAt,
                Expectation = expectations[one.Scope],
                Seen = one.Amount,
            }),
        ];
    }

    private async ValueTask<IReadOnlyDictionary<long, Expectation>> ExpectAsync(long kind, IReadOnlyList<long> scopes, HourSpan hour, CancellationToken cancellationToken)
    {
        HourSpan?[] weeks = [.. Enumerable.Range(1, _options.Weeks).Select(week => _calendar.WeeksBefore(hour, week))];
        var amounts = await _reader.ReadHoursAsync(kind, scopes, weeks, cancellationToken).ConfigureAwait(false);
        var expectations = scopes.ToDictionary(scope => scope, scope => _rule.OfWeeks(amounts[scope]));
        long[] unknown = [.. scopes.Where(scope => expectations[scope].Basis == AnomalyBasis.None)];
        if (unknown.Length == 0)
            return expectations;
        HourSpan?[] day = [.. _calendar.DayBefore(hour)];
        var hours = await _reader.ReadHoursAsync(kind, unknown, day, cancellationToken).ConfigureAwait(false);
        foreach (var scope in unknown)
            expectations[scope] = _rule.OfLastDay(hours[scope]);
        return expectations;
    }
}
