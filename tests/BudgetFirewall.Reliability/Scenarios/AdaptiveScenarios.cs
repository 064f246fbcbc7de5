namespace BudgetFirewall.Reliability;

/// <summary>Row 40: a provider changes what it allows.</summary>
public sealed class AdaptiveScenarios : Scenario
{
    private const double Ceiling = 100;
    private const int Callers = 4;

    [Fact]
    public Task A_limit_follows_a_provider_that_allows_less_and_then_more_again() => RunAsync(40, async () =>
    {
        // Few seconds go with a limit that is as much quicker.
        var (phase, cooldown, growth) = (Soak.Seconds(7, 15), Soak.IsWanted ? 0.4 : 0.1, Soak.IsWanted ? 8m : 30m);
        var settled = TimeSpan.FromSeconds(Soak.IsWanted ? 10 : 5);
        var server = await StartServerAsync();
        await using var provider = new LimitedProvider(Ceiling);
        await using var fleet = await Fleet.StartAsync(number => new WorkJob
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Follow, Seed = Seed + number, Callers = Callers, StoreTimeoutSeconds = 10,
            Provider = provider.Address, Ceiling = (decimal)Ceiling, Growth = growth, CooldownSeconds = cooldown,
        });
        fleet.Go();

        var rates = new List<(double Allowed, double Admitted, double All)>();
        foreach (var allowed in new[] { Ceiling, 20, Ceiling })
        {
            provider.Allow(allowed);
            var from = provider.Now;
            await Task.Delay(phase);
            var (admitted, all) = provider.RateIn(from + settled, provider.Now);
            rates.Add((allowed, admitted, all));
        }
        fleet.Stop();
        var totals = await fleet.FinishAsync();

        totals.AssertNoSurprises();
        foreach (var (allowed, admitted, all) in rates)
        {
            // Beside other work callers get fewer turns, and a limit that was lowered grows by its use.
            admitted.Should().BeGreaterThanOrEqualTo(allowed * 0.8 / (Slack * Slack), "of {0} allowed a second", allowed);
            all.Should().BeLessThanOrEqualTo(allowed * 1.2 * Slack, "of {0} allowed a second", allowed);
        }
        // What the ceiling admits in a second, with a bucket of a tenth of one, and a call of each caller that was admitted before and delayed on its way.
        var bound = (int)(Ceiling * 1.1) + (Callers * fleet.Workers.Count);
        var most = provider.MostIn(TimeSpan.FromSeconds(1));
        most.Should().BeLessThanOrEqualTo(bound);
        var gaps = totals.LoweredAtMs.Zip(totals.LoweredAtMs.Skip(1)).Select(pair => pair.Second - pair.First).ToList();
        gaps.Should().OnlyContain(gap => gap >= (cooldown * 1_000) - 1);
        return Text($"100, 20 and 100 allowed a second: {rates[0].Admitted:N0}, {rates[1].Admitted:N1} and {rates[2].Admitted:N0} admitted, {rates[0].All:N0}, {rates[1].All:N1} and {rates[2].All:N0} tried after {settled.TotalSeconds:N1} s; {totals.LoweredAtMs.Count:N0} decreases, the least {gaps.DefaultIfEmpty().Min():N0} ms apart with a cooldown of {cooldown * 1_000:N0} ms; at most {most:N0} of {bound:N0} in any second");
    });

    // Where other tests work beside, callers get less of the time.
    private static double Slack => Soak.IsWanted ? 1 : 2;
}
