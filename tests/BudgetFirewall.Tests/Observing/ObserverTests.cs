using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>An observer that throws or is slow never breaks or delays a decision.</summary>
public sealed class ObserverTests : StoreTests<MemoryHarness>
{
    [Fact]
    public async Task An_observer_that_throws_breaks_no_decision_and_no_other_observer()
    {
        var recording = new RecordingObserver();
        var firewall = Harness.CreateFirewall(WithLimit, new ThrowingObserver(), recording);

        (await firewall.TrySpendAsync(Call(2m))).IsAllowed.Should().BeFalse();
        await firewall.ChargeAsync(Call(2m));

        (await Eventually.HoldsAsync(() => !recording.Overruns.IsEmpty)).Should().BeTrue();
        (recording.Denials.Count, recording.Charges.Count, recording.Warnings.Count).Should().Be((1, 1, 1));
    }

    [Fact]
    public async Task An_observer_that_does_not_return_delays_no_decision_and_hears_the_rest_afterwards()
    {
        var slow = new BlockedObserver();
        var firewall = Harness.CreateFirewall(WithLimit, slow);
        for (var i = 0; i < 2_000; i++)
            (await firewall.TrySpendAsync(Call(2m))).IsAllowed.Should().BeFalse();
        slow.Heard.Should().BeInRange(0, 1);

        slow.LetGo();

        (await Eventually.HoldsAsync(() => slow.Heard == 2_000)).Should().BeTrue();
    }

    [Fact]
    public async Task Disposing_the_firewall_lets_the_observers_hear_what_is_queued()
    {
        var recording = new RecordingObserver();
        var firewall = Harness.CreateFirewall(WithLimit, recording);
        for (var i = 0; i < 500; i++)
            await firewall.TrySpendAsync(Call(2m));

        await firewall.DisposeAsync();

        recording.Denials.Count.Should().Be(500);
    }

    private static void WithLimit(BudgetFirewallOptions options) => options.Budgets.Add(AliceLimit(1m));
}
