namespace BudgetFirewall.Conformance;

/// <summary>A class of the suite. Each store inherits every one of them with its own harness; each test has a state of its own.</summary>
public abstract class StoreTests<THarness> : ConformanceTests, IAsyncLifetime
    where THarness : StoreHarness, new()
{
    protected THarness Harness { get; } = new();

    public virtual Task InitializeAsync() => Harness.InitializeAsync();

    public virtual Task DisposeAsync() => Harness.DisposeAsync();

    protected IBudgetFirewall Firewall(params Budget[] budgets) => Firewall(options => options.Budgets.AddRange(budgets));

    protected IBudgetFirewall Firewall(Action<BudgetFirewallOptions> configure) => Harness.CreateFirewall(configure);

    /// <summary>Firewalls that enforce the same in different processes.</summary>
    protected IBudgetFirewall[] Processes(int count, params Budget[] budgets) => [.. Enumerable.Range(0, count).Select(_ => Firewall(budgets))];

    /// <summary>Moves the clock to just before a moment, as close as is safe.</summary>
    protected ValueTask MoveJustBeforeAsync(DateTimeOffset moment) => Harness.MoveToAsync(moment - Harness.Margin);

    /// <summary>A moment that the store's clock gave is the expected one, or later by no more than time has run on.</summary>
    protected void AssertMoment(DateTimeOffset expected, DateTimeOffset actual) =>
        actual.Should().BeOnOrAfter(expected).And.BeOnOrBefore(expected + Harness.TimeTolerance);

    /// <summary>A wait until a moment is the expected one, or shorter by no more than time has run on.</summary>
    protected void AssertWait(TimeSpan expected, TimeSpan? actual)
    {
        actual.Should().NotBeNull();
        actual.Value.Should().BeGreaterThanOrEqualTo(expected - Harness.TimeTolerance).And.BeLessThanOrEqualTo(expected);
    }

    /// <summary>Lets the caller of a stalled store wait until its time is up, and gives the answer that must be there then.</summary>
    protected async Task<T> WaitOutAsync<T>(ValueTask<T> call, StoreStall stall, TimeSpan storeTimeout)
    {
        var task = call.AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting > 0)).Should().BeTrue();
        for (var i = 0; i < 4 && !task.IsCompleted; i++)
        {
            await Harness.LetCallersWaitAsync(storeTimeout / 4);
            await Task.Delay(1);
        }
        // One that began to wait after the time had passed waits until the harness lets it pass again.
        return await task.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
