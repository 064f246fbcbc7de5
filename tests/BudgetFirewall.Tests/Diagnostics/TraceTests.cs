using System.Collections.Concurrent;
using System.Diagnostics;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

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

        _spans.Select(span => $"{span.OperationName} {span.GetTagItem(BudgetFirewallDiagnostics.OutcomeTag)}").Should().Equal("check allowed", "spend budget_exceeded", "spend rate_limited", "charge ", "reserve allowed", "extend ", "commit ", "reserve allowed", "release ");
        _spans.Should().AllSatisfy(span => (span.GetTagItem(BudgetFirewallDiagnostics.ProviderTag), span.Status).Should().Be(((object?, ActivityStatusCode))(Provider, ActivityStatusCode.Unset)));
    }

    [Fact]
    public async Task A_span_is_around_the_stores_work_and_below_the_callers()
    {
        WatchingStore? watched = null;
        var firewall = Harness.CreateFirewallOn(store => watched = new(store), options => options.Budgets.Add(AliceLimit(5m)));
        using var caller = new Activity("request").Start();

        await firewall.SpendAsync(Call(1m));

        var span = _spans.Should().ContainSingle().Which;
        (span.ParentSpanId, watched!.SpanId).Should().Be(((ActivitySpanId, ActivitySpanId?))(caller.SpanId, span.SpanId));
        Activity.Current.Should().BeSameAs(caller);
    }

    [Fact]
    public async Task What_fails_shows_as_an_error_by_the_exceptions_name_and_no_text()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(5m)));
        var reservation = await firewall.ReserveAsync(Call(1m));
        chaos.Strike(StoreCalls.All, StoreFault.ConnectionLost);
        _spans.Clear();

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await reservation.ExtendAsync(TimeSpan.FromMinutes(9))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, 1m)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, Records(1))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await firewall.ReleaseAsync(reservation.Id)).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await FluentActions.Awaiting(async () => await firewall.ExtendAsync(reservation.Id, TimeSpan.FromMinutes(9))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();

        _spans.Select(span => span.OperationName).Should().Equal("charge", "commit", "release", "extend", "commit", "commit", "release", "extend");
        _spans.Should().AllSatisfy(span => (span.Status, span.StatusDescription, span.GetTagItem(BudgetFirewallDiagnostics.ErrorTypeTag)).Should().Be(((ActivityStatusCode, string?, object?))(ActivityStatusCode.Error, null, "BudgetFirewall.ChargeUnconfirmedException")));
    }

    [Fact]
    public async Task A_denial_is_an_outcome_and_no_error()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(5m)));
        await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(50m))).Should().ThrowExactlyAsync<BudgetExceededException>();
        chaos.Strike(StoreCalls.All, StoreFault.ConnectionLost);
        await FluentActions.Awaiting(async () => await firewall.ReserveAsync(Call(1m))).Should().ThrowExactlyAsync<StoreUnavailableException>();

        _spans.Select(span => $"{span.OperationName} {span.GetTagItem(BudgetFirewallDiagnostics.OutcomeTag)} {span.Status}").Should().Equal("spend budget_exceeded Unset", "reserve store_unavailable Unset");
    }

    [Fact]
    public async Task What_is_no_failure_to_its_caller_is_none_in_the_trace()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m));
            options.Outbox.IsEnabled = true;
        });
        await using (var reservation = await firewall.ReserveAsync(Call(1m)))
            await firewall.CommitAsync(reservation.Id, 1m);
        chaos.StrikeNext(StoreCalls.Decide, StoreFault.NotReached);
        (await firewall.ChargeAsync(Call(1m))).IsQueued.Should().BeTrue();

        _spans.Select(span => span.OperationName).Should().Equal("reserve", "commit", "release", "charge");
        _spans.Should().AllSatisfy(span => span.Status.Should().Be(ActivityStatusCode.Unset));
    }

    public void Dispose() => _listener.Dispose();

    private sealed class WatchingStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public ActivitySpanId? SpanId { get; private set; }

        public override ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
        {
            SpanId = Activity.Current?.SpanId;
            return base.DecideAsync(call);
        }
    }
}
