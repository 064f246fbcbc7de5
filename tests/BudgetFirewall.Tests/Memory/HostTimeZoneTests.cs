using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P5 on a host in another time zone. The zone is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class HostTimeZoneTests : StoreTests<MemoryHarness>
{
    private readonly string? _zoneBefore = Environment.GetEnvironmentVariable("TZ");

    [Theory]
    [InlineData("America/St_Johns")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Pacific/Apia")]
    [InlineData("Europe/Berlin")]
    public async Task A_day_begins_at_midnight_in_utc_wherever_the_host_is(string zone)
    {
        Use(zone);
        var firewall = Firewall(AliceLimit(1m), AliceLimit(9m, BudgetPeriod.Hour));
        var midnight = Calendar.NextMidnight(Harness.Now);
        await MoveJustBeforeAsync(midnight);
        await firewall.SpendAsync(Call(1m));
        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeFalse();

        await Harness.MoveToAsync(midnight);

        (await firewall.TrySpendAsync(Call(1m))).IsAllowed.Should().BeTrue();
        (await firewall.GetStatusAsync(AliceScope)).Budgets.Should().AllSatisfy(state => state.PeriodStart.Should().Be(midnight));
    }

    [Fact]
    public async Task A_day_on_which_the_hosts_clocks_change_has_24_hours()
    {
        Use("Europe/Berlin");
        var firewall = Firewall(AliceLimit(100m));
        var sunday = Calendar.NextSummerTime(Harness.Now);
        for (var hour = 0; hour < 24; hour++)
        {
            await Harness.MoveToAsync(sunday.AddHours(hour));
            await firewall.SpendAsync(Call(1m));
        }

        var state = await firewall.StateAsync(AliceScope);
        (state.Spent, state.PeriodStart, state.ResetsAt).Should().Be((24m, (DateTimeOffset?)sunday, (DateTimeOffset?)sunday.AddHours(24)));
    }

    public override Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("TZ", _zoneBefore);
        TimeZoneInfo.ClearCachedData();
        return base.DisposeAsync();
    }

    private static void Use(string zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
        (TimeZoneInfo.Local.BaseUtcOffset != TimeSpan.Zero).Should().BeTrue($"The host does not know the zone {zone}: install tzdata.");
    }
}
