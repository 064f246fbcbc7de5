using System.Collections.Concurrent;
using System.Diagnostics;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>What a trace shows. Its source is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class TraceTests : StoreTests<MemoryHarness>, IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == BudgetFirewallDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Every_operation_has_a_span_with_its_provider_and_a_decision_its_outcome()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 4));
        });

        await firewall.CheckAsync(Call(1m));
        await firewall.TrySpendAsync(Call(50m));
        await firewall.TrySpendAsync(Call(1m) with { Permits = 9 });
        await firewall.ChargeAsync(Call(1m));
        await using var reservation = await firewall.ReserveAsync(Call(1m));
        await reservation.ExtendAsync(TimeSpan.FromMinutes(9));
        await reservation.CommitAsync(1m);
        await (await firewall.ReserveAsync(Call(1m))).ReleaseAsync();

        Assert.Equal(
            ["check allowed", "spend budget_exceeded", "spend rate_limited", "charge ", "reserve allowed", "extend ", "commit ", "reserve allowed", "release "],
            _spans.Select(span => $"{span.OperationName} {span.GetTagItem(BudgetFirewallDiagnostics.OutcomeTag)}"));
        Assert.All(_spans, span => Assert.Equal((Provider, ActivityStatusCode.Unset), (span.GetTagItem(BudgetFirewallDiagnostics.ProviderTag), span.Status)));
    }

    [Fact]
    public async Task A_span_is_around_the_stores_work_and_below_the_callers()
    {
        using var caller = new Activity("request").Start();
        var firewall = Firewall(AliceLimit(5m));

        await firewall.SpendAsync(Call(1m));

        Assert.Equal(caller.SpanId, Assert.Single(_spans).ParentSpanId);
        Assert.Same(caller, Activity.Current);
    }

    [Fact]
    public async Task What_fails_shows_as_an_error_by_the_exceptions_name_and_no_text()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(5m)));
        var reservation = await firewall.ReserveAsync(Call(1m));
        chaos.Strike(StoreCalls.All, StoreFault.ConnectionLost);
        _spans.Clear();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await firewall.SpendAsync(Call(1m)));
        await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await firewall.ChargeAsync(Call(1m)));
        await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await reservation.CommitAsync(1m));

        Assert.Equal(
            ["spend store_unavailable Unset ", "charge  Error BudgetFirewall.ChargeUnconfirmedException", "commit  Error BudgetFirewall.ChargeUnconfirmedException"],
            _spans.Select(span => $"{span.OperationName} {span.GetTagItem(BudgetFirewallDiagnostics.OutcomeTag)} {span.Status} {span.GetTagItem("error.type")}"));
        Assert.All(_spans, span => Assert.Null(span.StatusDescription));
    }

    public void Dispose() => _listener.Dispose();
}
