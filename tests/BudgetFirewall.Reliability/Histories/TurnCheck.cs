namespace BudgetFirewall.Reliability;

/// <summary>Holds what callers have seen of a queue against what a queue promises: no start before its turn, one turn after the other, none lost, a bound.</summary>
internal static class TurnCheck
{
    private const long MillisecondMicros = 1_000;
    private const long SecondMicros = 1_000_000;

    /// <summary>Fails unless all of it holds; gives the number of turns that passed unused between two that were taken.</summary>
    /// <param name="takes">What the callers have seen, of one permit each.</param>
    /// <param name="perSecond">The turns of a second.</param>
    /// <param name="queueLimit">How many may wait.</param>
    public static long Run(IReadOnlyList<TracedTake> takes, int perSecond, int queueLimit)
    {
        var spacing = SecondMicros / perSecond;
        var started = takes.Where(take => take.Outcome == CallOutcome.Done).OrderBy(take => take.Turn).ToList();
        started.Where(take => take.Ended < take.Turn - MillisecondMicros).Should().BeEmpty("no caller starts before its turn");
        started.Where(take => take.Turn < take.Began - MillisecondMicros).Should().BeEmpty("no turn comes before it is asked for");
        started.Where(take => take.WaitMicroseconds > queueLimit * spacing || take.Queued > queueLimit + 1).Should().BeEmpty("the queue has a bound");

        var unused = 0L;
        foreach (var (one, next) in started.Zip(started.Skip(1)))
        {
            var between = next.Turn - one.Turn;
            between.Should().BeGreaterThanOrEqualTo(spacing, "{0} and {1} have turns of their own", one.Id, next.Id);
            // Where the queue had run empty, turns begin anew at any time.
            if (between % spacing == 0)
                unused += (between / spacing) - 1;
        }
        unused.Should().BeLessThanOrEqualTo(
            takes.Count(take => take.Outcome is CallOutcome.GaveUp or CallOutcome.None), "only who gave up or was killed leaves a turn unused");
        return unused;
    }
}
