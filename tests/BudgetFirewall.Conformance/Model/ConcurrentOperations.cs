using BudgetFirewall.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Conformance;

/// <summary>Random operations from 2 to 32 threads at once, until what they leave is not what their answers add up to.</summary>
internal static class ConcurrentOperations
{
    public static Task RunAsync(StoreHarness harness, int runs, Func<IBudgetStore, IBudgetStore> decorate) => Task.Run(() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true),
            Prop.ForAll(ConcurrentScript.Arbitrary, script => RunAsync(harness, decorate, script).GetAwaiter().GetResult())));

    private static async Task RunAsync(StoreHarness harness, Func<IBudgetStore, IBudgetStore> decorate, ConcurrentScript script)
    {
        await harness.StartOverAsync();
        IBudgetFirewall[] processes = [harness.CreateFirewallOn(decorate, ConcurrentRun.Configure), harness.CreateFirewallOn(decorate, ConcurrentRun.Configure)];
        await new ConcurrentRun(processes, script).RunAsync();
    }
}
