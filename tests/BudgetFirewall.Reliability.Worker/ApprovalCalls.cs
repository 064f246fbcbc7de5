using System.Collections.Concurrent;

namespace BudgetFirewall.Reliability;

/// <summary>Calls of an escalating budget whose callers answer what they have asked for, in every way and several at once.</summary>
internal sealed class ApprovalCalls(IBudgetFirewall firewall, Tally tally)
{
    private const long NanosPerUnit = 1_000_000_000;

    private static readonly BudgetRequest Request = new() { Provider = "load", Cost = 1m };

    private readonly ConcurrentQueue<string> _answered = new();

    public static Budget BudgetOf(WorkJob job) => new() { Scope = BudgetScope.Global, Limit = job.Limit, Period = job.Period, Enforcement = Enforcement.Escalate };

    public async Task CallAsync(Random random)
    {
        try
        {
            var decision = await firewall.TrySpendAsync(Request);
            if (decision.IsAllowed)
            {
                tally.Granted(NanosPerUnit);
                tally.Charged(NanosPerUnit, NanosPerUnit);
                return;
            }
            tally.Denied();
            if (decision.ApprovalIds is [var id])
                await AnswerAsync(id, random);
        }
#pragma warning disable CA1031 // Whatever is thrown is what the scenario is looking for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            tally.Surprise(e);
        }
    }

    private async Task AnswerAsync(string id, Random random)
    {
        try
        {
            _ = random.Next(8) switch
            {
                0 => await firewall.Approvals.DenyAsync(id),
                1 => await firewall.Approvals.CancelAsync(id),
                // As often as not somebody approves what others have answered already.
                2 when _answered.TryDequeue(out var earlier) => await firewall.Approvals.ApproveAsync(earlier, 1m),
                _ => await firewall.Approvals.ApproveAsync(id, random.Next(1, 4) + (random.Next(1, 1_000_000_000) / (decimal)NanosPerUnit), by: "worker"),
            };
            _answered.Enqueue(id);
        }
        catch (ApprovalConflictException)
        {
            // Others were first.
        }
    }
}
