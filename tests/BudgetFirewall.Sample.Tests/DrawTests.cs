using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Tests;

public sealed class DrawTests
{
    private static readonly UsageLog Log = Read();

    [Fact]
    public void Nothing_asked_for_is_the_log_as_it_is() => new UsageDraw().From(Log).Should().BeSameAs(Log);

    [Fact]
    public void A_seed_draws_as_many_calls_at_the_same_times_and_the_same_every_time()
    {
        var drawn = new UsageDraw(Seed: 7).From(Log).Calls;

        drawn.Select(call => call.Time).Should().Equal(Log.Calls.Select(call => call.Time));
        new UsageDraw(Seed: 7).From(Log).Calls.Should().Equal(drawn);
        new UsageDraw(Seed: 8).From(Log).Calls.Should().NotEqual(drawn);
        drawn.Should().NotEqual(Log.Calls);
        drawn.Select(call => call.Line).Should().BeSubsetOf(Log.Calls.Select(call => call.Line));
    }

    [Fact]
    public void Made_up_users_share_the_calls_out_and_change_nothing_else()
    {
        var drawn = new UsageDraw(Users: 3).From(Log).Calls;

        drawn.Select(call => call.User).Distinct().Order(StringComparer.Ordinal).Should().Equal("user-1", "user-2", "user-3");
        drawn.Zip(Log.Calls, (call, original) => call with { User = original.User }).Should().Equal(Log.Calls);
    }

    private static UsageLog Read()
    {
        using var reader = File.OpenText(SampleRun.LogFile);
        return UsageLog.Read(reader);
    }
}
