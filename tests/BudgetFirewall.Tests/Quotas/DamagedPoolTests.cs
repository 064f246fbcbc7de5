using System.Text;
using System.Text.Json.Nodes;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>What the store keeps of a pool, damaged in one place: it is refused, and nothing is made of it.</summary>
public sealed class DamagedPoolTests : PooledTests<MemoryHarness>
{
    private const long TooMuch = AllowanceCall.MaxAllowance + 1;
    private const long EndOfTime = 3_155_378_975_999_999_999;

    // A day of a pool of one member, as it is recorded.
    private const string Day = """{"Start":864000000000,"End":1728000000000,"Limit":1,"IsKnown":true,"Scopes":["project=a"],"Allocated":[1],"Base":[1],"Used":[1],"RolledOver":[0],"Before":0}""";

    private static readonly Dictionary<string, Action<JsonObject>> Damages = new()
    {
        ["Period is negative"] = state => (state["Period"], state["FirstPeriod"]) = (-1, -1),
        ["FirstPeriod is negative"] = state => state["FirstPeriod"] = -1,
        ["FirstPeriod is after Period"] = state => state["FirstPeriod"] = (long)state["Period"]! + 1,
        ["Period is at the end of time"] = state => state["Period"] = EndOfTime,
        ["Retired is negative"] = state => state["Retired"] = -1,
        ["Stage is none"] = state => state["Stage"] = 9,
        ["Amounts are too few"] = state => state["Amounts"] = new JsonArray(1),
        ["Base has too many"] = state => state["Base"] = new JsonArray(1, 1, 1),
        ["Used are too few"] = state => state["Used"] = new JsonArray(1),
        ["Since are too few"] = state => state["Since"] = new JsonArray(1),
        ["RolledOver are too few"] = state => state["RolledOver"] = new JsonArray(1),
        ["Target without lowering"] = state => state["Target"] = new JsonArray(1, 1),
        ["Lowering without Target"] = state => state["Stage"] = "Lowering",
        ["Amounts has a negative one"] = state => state["Amounts"] = new JsonArray(1, -1),
        ["Amounts has too much"] = state => state["Amounts"] = new JsonArray(1, TooMuch),
        ["Base has a negative one"] = state => state["Base"] = new JsonArray(-1, 1),
        ["RolledOver has a negative one"] = state => state["RolledOver"] = new JsonArray(-1, 1),
        ["Target has a negative one"] = state => (state["Stage"], state["Target"]) = ("Lowering", new JsonArray(1, -1)),
        ["Taken has a negative one"] = state => state["Taken"] = new JsonObject { ["one"] = 1, ["two"] = -1 },
        ["Taken has too much"] = state => state["Taken"] = new JsonObject { ["one"] = TooMuch },
        ["Retiring has null"] = state => state["Retiring"] = new JsonArray((JsonNode?)null),
        ["Retiring is no scope"] = state => state["Retiring"] = new JsonArray(new JsonObject { ["Scope"] = "nobody", ["Amount"] = 1 }),
        ["Retiring has no scope"] = state => state["Retiring"] = new JsonArray(new JsonObject { ["Amount"] = 1 }),
        ["Retiring is negative"] = state => state["Retiring"] = new JsonArray(new JsonObject { ["Scope"] = "project=c", ["Amount"] = -1 }),
        ["Ended has null"] = state => state["Ended"] = new JsonArray((JsonNode?)null),
        ["Ended has one that is not whole"] = state => state["Ended"] = new JsonArray(JsonNode.Parse(Day.Replace("\"Used\":[1]", "\"Used\":[]", StringComparison.Ordinal))),
        ["Members has null"] = state => state["Definition"]!["Members"] = new JsonArray((JsonNode?)null),
        ["Minima are above the limit"] = state => state["Definition"]!["Limit"] = 1,
    };

    private static readonly Dictionary<string, Action<JsonObject>> DayDamages = new()
    {
        ["Start is negative"] = day => (day["Start"], day["Before"]) = (-1, null),
        ["End is at Start"] = day => day["End"] = (long)day["Start"]!,
        ["End is before Start"] = day => day["End"] = (long)day["Start"]! - 1,
        ["End is after the end of time"] = day => day["End"] = EndOfTime + 1,
        ["Before is negative"] = day => day["Before"] = -1,
        ["Before is at Start"] = day => day["Before"] = (long)day["Start"]!,
        ["Allocated are too few"] = day => day["Allocated"] = new JsonArray(),
        ["Base are too few"] = day => day["Base"] = new JsonArray(),
        ["Used are too many"] = day => day["Used"] = new JsonArray(1, 1),
        ["RolledOver are too few"] = day => day["RolledOver"] = new JsonArray(),
        ["Scopes has one that is none"] = day =>
        {
            day["Scopes"] = new JsonArray("project=a", "nobody");
            foreach (var amounts in new[] { "Allocated", "Base", "Used", "RolledOver" })
                day[amounts] = new JsonArray(1, 1);
        },
        ["Scopes has none"] = day => day["Scopes"] = new JsonArray("nobody"),
    };

    public static TheoryData<string> DamagesOfPools { get; } = [.. Damages.Keys];

    public static TheoryData<string> DamagesOfDays { get; } = [.. DayDamages.Keys];

    [Theory]
    [MemberData(nameof(DamagesOfPools))]
    public async Task A_pool_that_is_damaged_in_one_place_is_not_read(string damage)
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 5m, "a", "b"));

        await RewriteAsync(Damages[damage]);

        await FluentActions.Awaiting(async () => await firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>()
            .WithMessage("What the store keeps of the pool 'teams' cannot be read: *");
    }

    [Fact]
    public async Task A_pool_with_all_that_may_be_there_is_read()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        await RewriteAsync(state =>
        {
            state["Taken"] = new JsonObject { ["one"] = AllowanceCall.MaxAllowance };
            state["Retiring"] = new JsonArray(new JsonObject { ["Scope"] = "project=c", ["Amount"] = 0 });
            var first = JsonNode.Parse(Day)!.AsObject();
            (first["Start"], first["Before"]) = (0, null);
            state["Ended"] = new JsonArray(JsonNode.Parse(Day), first, JsonNode.Parse(Day.Replace("\"Before\":0", "\"Before\":null", StringComparison.Ordinal)));
            state["Stage"] = "Lowering";
            (state["Amounts"], state["Target"]) = (new JsonArray(0, AllowanceCall.MaxAllowance), new JsonArray(0, 0));
        });

        (await firewall.Quotas.GetAsync(PoolId)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_pool_that_was_divided_at_the_beginning_of_time_is_renewed()
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));

        await RewriteAsync(state => (state["Period"], state["FirstPeriod"]) = (0, 0));

        (await firewall.Quotas.GetAsync(PoolId))!.Period.Contains(Harness.Now).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(DamagesOfDays))]
    public async Task An_ended_period_that_is_damaged_in_one_place_is_not_read(string damage)
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));

        await RewriteAsync(state =>
        {
            var day = JsonNode.Parse(Day)!.AsObject();
            DayDamages[damage](day);
            state["Ended"] = new JsonArray(day);
        });

        await FluentActions.Awaiting(async () => await firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>().WithMessage("*cannot be read*");
    }

    [Theory]
    [InlineData("Start", true)]
    [InlineData("End", true)]
    [InlineData("Limit", false)]
    public async Task The_record_of_another_period_is_not_taken_for_the_one_that_is_asked_for(string member, bool isRefused)
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await MoveToNextDayAsync();
        await firewall.Quotas.GetAsync(PoolId);
        var name = FormattableString.Invariant($"pool-period:{midnight.AddDays(-1).UtcTicks}-{midnight.UtcTicks}:{PoolId}");

        await RewriteAsync(day => day[member] = (long)day[member]! + 1, name);

        var reading = FluentActions.Awaiting(async () => await firewall.Quotas.GetHistoryAsync(PoolId));
        if (isRefused)
            await reading.Should().ThrowExactlyAsync<BudgetStoreException>().WithMessage("*not that of this pool*");
        else
            (await reading()).Should().ContainSingle().Which.Limit.Should().Be(31m);
    }

    private async Task RewriteAsync(Action<JsonObject> change, string name = "pool:" + PoolId)
    {
        var document = (await Harness.Store.ReadDocumentAsync(null, name, null))!;
        var content = JsonNode.Parse(document.Content.Span)!.AsObject();
        change(content);
        await Harness.Store.WriteDocumentAsync(null, name, document.Version, Encoding.UTF8.GetBytes(content.ToJsonString()), null);
    }
}
