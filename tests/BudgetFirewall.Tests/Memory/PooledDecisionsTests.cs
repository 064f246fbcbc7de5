using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P1 in memory, where decisions that were matched with one division of a pool come to their counters after the next was made.</summary>
public sealed class PooledDecisionsTests : PooledTests<MemoryHarness>
{
    private const int Kinds = 16;
    private const int Threads = 12;
    private const int Pooled = 8;

    [Fact]
    public async Task Decisions_that_are_late_at_their_counters_do_not_go_by_the_limits_of_before()
    {
        // Counters of many others, all of them new ones, are what makes a decision late.
        IBudgetFirewall Process() => Firewall([.. Enumerable.Range(0, Kinds).Select(kind => Limit(BudgetScope.Each($"kind-{kind}"), 1_000m))]);
        var (dividing, deciding) = (Process(), Process());
        await dividing.Quotas.AllocateAsync(Weighted(7m, 1m));
        var (held, highest) = (0, 0);

        await Together.DoAsync(40_000, Threads, async i =>
        {
            if (i % Threads == 0)
            {
                await dividing.Quotas.UpdateAsync(i % (2 * Threads) == 0 ? Weighted(1m, 7m) : Weighted(7m, 1m));
                return;
            }
            var request = Of(i % 2 == 0 ? "a" : "b", 1m) with { Dimensions = Enumerable.Range(0, Kinds).ToDictionary(kind => $"kind-{kind}", _ => $"id-{i}") };
            await using var reservation = await deciding.TryReserveAsync(request);
            if (!reservation.IsGranted)
                return;
            var now = Interlocked.Increment(ref held);
            for (var known = Volatile.Read(ref highest); now > known; known = Volatile.Read(ref highest))
                Interlocked.CompareExchange(ref highest, now, known);
            await Task.Yield();
            Interlocked.Decrement(ref held);
        });

        highest.Should().BeInRange(1, Pooled);
    }

    private static QuotaPool Weighted(decimal a, decimal b) =>
        Pool(Pooled, "a", "b") with { Members = [new() { Scope = Team("a"), Weight = a }, new() { Scope = Team("b"), Weight = b }] };
}
