using BudgetFirewall.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Conformance;

/// <summary>Random sequences of operations on a store and on the reference model, until one differs.</summary>
internal static class RandomOperations
{
    /// <summary>Runs so many sequences; a difference is thrown with the shortest sequence that shows it and the seed that finds it again.</summary>
    public static Task RunAsync(StoreHarness harness, int sequences, Func<IBudgetStore, IBudgetStore> decorate) => Task.Run(() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(sequences).WithQuietOnSuccess(true),
            Prop.ForAll(Scripts.Arbitrary, script => RunAsync(harness, decorate, script).GetAwaiter().GetResult())));

    private static async Task RunAsync(StoreHarness harness, Func<IBudgetStore, IBudgetStore> decorate, Script script)
    {
        await harness.StartOverAsync();
        IBudgetFirewall[] processes = [harness.CreateFirewallOn(decorate, ModelWorld.Configure), harness.CreateFirewallOn(decorate, ModelWorld.Configure)];
        await new ModelRunner(harness, processes).RunAsync(script);
    }
}
