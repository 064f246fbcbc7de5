using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Random corrections among charges, resets, allowances and ends of periods move in every store what a model says, to the nano.</summary>
public abstract class CorrectionsAgree<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly string[] Users = [Alice, "bob", "carol"];
    private static readonly Budget Hourly = Limit(BudgetScope.Each("user"), 1_000_000m, BudgetPeriod.Hour);
    private static readonly Budget Endless = Limit(BudgetScope.Each("user"), 9_000_000_000m, BudgetPeriod.None);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Each_correction_moves_what_the_model_says(int seed)
    {
        var random = new Random(seed);
        var firewall = Firewall(options =>
        {
            options.MaxCost = 9_000_000_000m;
            options.Budgets.AddRange([Hourly, Endless]);
        });
        await using var store = Harness.CreateStore();
        var spent = new Dictionary<(string Family, string User, DateTime Period), long>();
        var done = new List<(CorrectionCall Call, long[] Moved)>();
        for (var i = 0; i < Harness.Scaled(400); i++)
        {
            var because = $"of step {i} of seed {seed}";
            var user = Users[random.Next(Users.Length)];
            switch (random.Next(10))
            {
                case < 4:
                    var cost = AnyAmount(random);
                    await firewall.ChargeAsync(Call(cost / 1_000_000_000m, user: user));
                    foreach (var key in KeysOf(user))
                        spent[key] = spent.GetValueOrDefault(key) + cost;
                    break;
                case < 8:
                    var call = CorrectionOf(random, user, i);
                    long[] expected = [.. call.Counters.Select(counter => Math.Min(counter.Amount, spent.GetValueOrDefault((counter.Family, user, counter.PeriodStart))))];
                    var answer = await store.CorrectAsync(call);
                    (answer.Status, answer.IsReplay).Should().Be((CorrectionStatus.Done, false), because);
                    answer.Moved.Should().Equal(expected, because);
                    for (var place = 0; place < expected.Length; place++)
                    {
                        var key = (call.Counters[place].Family, user, call.Counters[place].PeriodStart);
                        spent[key] = spent.GetValueOrDefault(key) - expected[place];
                        (answer.Readings[place]?.Spent ?? 0).Should().Be(spent[key], because);
                    }
                    done.Add((call, expected));
                    break;
                case 8 when done.Count > 0:
                    var (again, moved) = done[random.Next(done.Count)];
                    var replay = await store.CorrectAsync(again);
                    (replay.IsReplay, replay.Status).Should().Be((true, CorrectionStatus.Done), because);
                    replay.Moved.Should().Equal(moved, because);
                    break;
                default:
                    await firewall.Budgets.ResetAsync(Endless.Id, BudgetScope.User(user));
                    spent[KeysOf(user)[1]] = 0;
                    break;
            }
            if (random.Next(40) == 0)
                await MoveToNextHourAsync(spent, done);
        }
        foreach (var user in Users)
            (await firewall.SpentAsync(BudgetScope.User(user), Endless.Id)).Should().Be(spent.GetValueOrDefault(KeysOf(user)[1]) / 1_000_000_000m);
    }

    // What the ended hour has had may be gone or not; nobody asks for it any more.
    private async ValueTask MoveToNextHourAsync(Dictionary<(string Family, string User, DateTime Period), long> spent, List<(CorrectionCall Call, long[] Moved)> done)
    {
        await Harness.MoveToAsync(Calendar.NextHour(Harness.Now));
        done.Clear();
        foreach (var key in spent.Keys.Where(key => key.Family == new CounterRule(Hourly).Family.Name).ToList())
            spent.Remove(key);
    }

    private static long AnyAmount(Random random) => random.Next(3) switch
    {
        0 => random.NextInt64(1, 100),
        1 => random.NextInt64(1, 10_000_000_000),
        _ => (random.NextInt64(1, 9) * 1_000_000_000_000_000) + random.NextInt64(999_999_990, 1_000_000_010),
    };

    private CorrectionCall CorrectionOf(Random random, string user, int number)
    {
        var amount = AnyAmount(random);
        return new()
        {
            CorrectionId = $"correction-{number}",
            Counters = [.. KeysOf(user).Select(key => new CorrectedCounter(key.Family, BudgetScope.User(user), null, key.Period, random.Next(5) == 0 ? 0 : amount))],
            Retention = TimeSpan.FromDays(1),
            NotAfter = Harness.Now.AddHours(12),
            Fingerprint = (UInt128)number + 1,
        };
    }

    private (string Family, string User, DateTime Period)[] KeysOf(string user) =>
        [.. new[] { Hourly, Endless }.Select(budget => new CounterRule(budget).Family).Select(family => (family.Name, user, family.Calendar.At(Harness.Now).Start))];
}
