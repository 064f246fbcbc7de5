using System.Text.Json;

namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>What cannot be allocated is refused before anything is read, and the message names the member and the value.</summary>
public sealed class AllocationChecksTests : AllocationSuite<SqliteHarness>
{
    private static readonly BudgetScope Search = BudgetScope.Project("search");

    public static TheoryData<Func<CostAllocation>, string, string> OfOneMember => new()
    {
        { () => Fee with { Id = "" }, "Id", "*1 to 256 characters*" },
        { () => Fee with { Id = null! }, "Id", "*null*" },
        { () => Fee with { Targets = null! }, "Targets", "*null*" },
        { () => Fee with { Scopes = null! }, "Scopes", "*null*" },
        { () => Fee with { Id = new('x', 257) }, "Id", "*it has 257*" },
        { () => Fee with { Partition = "" }, "Partition", "*1 to 256*" },
        { () => Fee with { Source = "\ud800" }, "Source", "*well-formed*" },
        { () => Fee with { Currency = "" }, "Currency", "*1 to 256*" },
        { () => Fee with { Reason = "" }, "Reason", "*1 to 256*" },
        { () => Fee with { By = "" }, "By", "*1 to 256*" },
        { () => Fee with { Unit = "" }, "Unit", "*1 to 256*" },
        { () => Fee with { Amount = 0m }, "Amount", "*above 0*" },
        { () => Fee with { Amount = -1m }, "Amount", "*above 0*" },
        { () => Fee with { Amount = 9_000_000_000.000000001m }, "Amount", "*up to 9,000,000,000*" },
        { () => Fee with { Amount = 0.0000000001m }, "Amount", "*multiple of 0.000000001*" },
        { () => Fee with { From = DateTimeOffset.UnixEpoch.AddTicks(-1) }, "From", "*1970 to 2199*" },
        { () => Fee with { To = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero) }, "To", "*1970 to 2199*" },
        { () => Fee with { Method = (AllocationMethod)5 }, "Method", "*no such method*" },
        { () => Fee with { Each = "" }, "Each", "*1 to 256*" },
        { () => Fee with { Each = "a=b" }, "Each", "*equals sign: 'a=b'*" },
        { () => Fee with { Each = "global" }, "Each", "*cannot be 'global'*" },
        { () => Fee with { Each = "operation" }, "Each", "*cannot be 'operation'*" },
        { () => Fee with { UsedWith = new Dictionary<string, string> { ["global"] = "x" } }, "UsedWith", "UsedWith cannot have 'global'*" },
        { () => Fee with { Scopes = new Dictionary<string, string> { ["tenant"] = "" } }, "Scopes", "Scopes cannot have 'tenant' with the id ''*" },
        { () => Fee with { UsedWith = Enumerable.Range(0, 17).ToDictionary(i => $"kind {i}", _ => "x") }, "UsedWith", "UsedWith has 17 scopes; at most 16 are allowed.*" },
        { () => Fee with { Scopes = Enumerable.Range(0, 17).ToDictionary(i => $"kind {i}", _ => "x") }, "Scopes", "Scopes has 17 scopes; at most 16 are allowed.*" },
        { () => Fee with { Targets = [default] }, "Targets", "*one id each*" },
        { () => Fee with { Targets = [new(BudgetScope.Each("user"))] }, "Targets", "*one id each*" },
        { () => Fee with { Targets = [new(BudgetScope.Global)] }, "Targets", "*cannot be 'global'*" },
        { () => Fee with { Targets = [new(Search), new(Search, 2m)] }, "Targets", "*'project=search' twice*" },
        { () => Fee with { Targets = [new(Search, -0.1m)] }, "Targets", "*weight -0.1 for 'project=search'*" },
        { () => Fee with { Targets = [new(Search, 9_000_000_000_001m)] }, "Targets", "*0 to 9,000,000,000,000*" },
        { () => Fee with { Targets = [.. Enumerable.Range(0, 10_001).Select(i => new AllocationTarget(BudgetScope.Project($"{i}")))] }, "Targets", "*10,001 scopes; at most 10,000*" },
    };

    public static TheoryData<CostAllocation, string, string> Together => new()
    {
        { Fee with { To = Fee.From }, "To", "To (2026-03-01*must be after From*" },
        { Fee with { Each = null }, "Targets", "*one of them must*" },
        { Fee with { Targets = [new(Search)] }, "Targets", "Either Each or Targets*" },
        { Fee with { Unit = "record" }, "Unit", "*ByUsage*the method is ByCost and Unit 'record'*" },
        { Fee with { Method = AllocationMethod.ByUsage }, "Unit", "*ByUsage, which needs it*" },
        { Fee with { Method = AllocationMethod.FixedShares }, "Each", "*FixedShares needs Targets*" },
        { Fee with { Method = AllocationMethod.ByMetric }, "Each", "*ByMetric needs Targets*" },
        { Fee with { Method = AllocationMethod.ByMetric, Each = null, Targets = [new(Search, 0m)] }, "Targets", "*no weight above 0*ByMetric*" },
        { Fee with { Method = AllocationMethod.FixedShares, Each = null, Targets = [new(Search, 0.00000000000000000009m), new(BudgetScope.Project("a"), 0m)] }, "Targets", "*no weight of 0.0000000000000000001 or more*FixedShares*" },
        { Fee with { Each = null, Targets = [new(Search, 2m)] }, "Targets", "*weight 2 for 'project=search'; the method ByCost takes none*" },
        { Fee with { Method = AllocationMethod.Even, Each = null, Targets = [new(BudgetScope.Project("a")), new(Search, 0m)] }, "Targets", "*weight 0 for 'project=search'*Even*" },
        { Fee with { Scopes = new Dictionary<string, string> { ["project"] = "x" } }, "Scopes", "*the kind 'project'*" },
        { Fee with { Scopes = new Dictionary<string, string> { ["operation"] = "x" } }, "Scopes", "*'operation'*no call*" },
        { Fee with { TimeZone = "Mars/Olympus" }, "TimeZone", "*'Mars/Olympus'*" },
        { Fee with { IsAmortised = true, To = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero) }, "To", "*1 scopes, 10,001 days*" },
    };

    [Theory]
    [MemberData(nameof(OfOneMember))]
    public void A_value_that_cannot_be_is_refused_where_it_is_given(Func<CostAllocation> make, string member, string message) =>
        make.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName(member);

    [Theory]
    [MemberData(nameof(Together))]
    public async Task Values_that_do_not_go_together_are_refused_before_the_ledger_is_asked(CostAllocation asked, string member, string message)
    {
        // A database that nobody could open: it is not asked.
        await using var ledger = SqliteLedger.Open("Data Source=/nowhere/at/all/ledger.db");

        await FluentActions.Awaiting(async () => await ledger.AllocateAsync(asked)).Should().ThrowAsync<ArgumentException>().WithMessage(message).WithParameterName(member);
        await FluentActions.Awaiting(async () => await ledger.AllocateAsync(Fee)).Should().ThrowAsync<LedgerException>();
    }

    [Fact]
    public void The_largest_values_are_taken()
    {
        var largest = Fee with { Amount = 9_000_000_000m, Targets = [new(Search, 9_000_000_000_000m), new(BudgetScope.User("a"), 0m)], Id = new('x', 256), From = DateTimeOffset.UnixEpoch, To = new(2199, 12, 31, 0, 0, 0, TimeSpan.Zero) };
        AllocationTarget[] most = [.. Enumerable.Range(0, 10_000).Select(i => new AllocationTarget(BudgetScope.Project($"{i}")))];

        (largest.Amount, largest.Targets[0].Weight, (Fee with { Targets = most }).Targets.Count).Should().Be((9_000_000_000m, 9_000_000_000_000m, 10_000));
    }

    [Fact]
    public async Task As_many_scopes_and_as_little_weight_as_may_be_are_taken()
    {
        var scopes = Enumerable.Range(0, CostAllocation.MaxDimensions).ToDictionary(i => $"kind {i}", _ => "x");
        AllocationTarget[] targets = [new(Search, 0.0000000000000000001m), new(BudgetScope.Project("a"), 0m)];

        var made = await Allocations.AllocateAsync(Fee with { Each = null, Method = AllocationMethod.FixedShares, Targets = targets, Scopes = scopes, UsedWith = scopes });

        AmountsOf(made).Should().Equal(("project=a", 0m), ("project=search", 90m));
        (await EntriesOfAsync("fee-1")).Should().ContainSingle().Which.Scopes.Should().HaveCount(17);
    }

    [Fact]
    public async Task Who_and_why_are_checked_where_it_is_taken_back_and_made_again()
    {
        await FluentActions.Awaiting(async () => await Allocations.TakeBackAllocationAsync("x", by: "")).Should().ThrowAsync<ArgumentException>().WithParameterName("by");
        await FluentActions.Awaiting(async () => await Allocations.AllocateAgainAsync("x", reason: "")).Should().ThrowAsync<ArgumentException>().WithParameterName("reason");
        await FluentActions.Awaiting(async () => await Allocations.AllocateAgainAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(async () => await Allocations.FindAllocationAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task An_allocation_that_cannot_be_read_is_an_error_and_no_other_one()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        var others = 0;
        foreach (var (column, content) in new[] { ("content", "{}"), ("content", "null"), ("shares", "{}"), ("shares", "null"), ("shares", """{"times":[],"shares":[{"scope":"x","weight":"1","nanos":[]}]}""") })
        {
            await ExecuteAsync($"update ledger_allocations set {column} = '{content}'");
            await FluentActions.Awaiting(async () => await Allocations.FindAllocationAsync("fee-1")).Should().ThrowAsync<FormatException>();
            await ExecuteAsync("delete from ledger_allocations");
            await Allocations.AllocateAsync(Fee with { From = Fee.From.AddMinutes(++others) });
        }
    }

    [Theory]
    [InlineData("Targets")]
    [InlineData("UsedWith")]
    [InlineData("Scopes")]
    public void Names_that_are_kept_are_read_by_their_characters_and_by_no_culture(string member)
    {
        // In a culture's order, names are one whose difference nobody sees. Tests run in none, so that the order itself is looked at.
        var stored = typeof(CostAllocation).Assembly.GetType("BudgetFirewall.StoredAllocation", throwOnError: true)!;

        var read = (SortedDictionary<string, string>)JsonSerializer.Deserialize("{}", stored.GetProperty(member)!.PropertyType)!;

        read.Comparer.Should().Be(StringComparer.Ordinal);
    }
}
