namespace BudgetFirewall.Sample.Tests;

/// <summary>The demonstration of quotas.</summary>
public sealed class QuotaDemoTests
{
    [Fact]
    public async Task Three_teams_share_a_pool_through_a_month()
    {
        var run = await SampleRun.InPlainTextAsync("quotas", "--seconds", "0");

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("March 1:").And.Contain("March 31:").And.Contain("April 1:").And.Contain("rolled over");
        run.Output.Should().MatchRegex(@"search used 5\d\d\.\d\d of 5\d\d\.\d\d in March: borrowed \d+").And.MatchRegex(@"speech used \d+\.\d\d of 1\d\d\.\d\d in March: lent \d+");
        run.Output[run.Output.IndexOf("April 1:", StringComparison.Ordinal)..].Should().MatchRegex(@"search │ .* │ 0\.00 +│ 300\.00 │").And.MatchRegex(@"speech │ .* │ 0\.00 +│ 300\.00 │ 11\.00");
    }
}
