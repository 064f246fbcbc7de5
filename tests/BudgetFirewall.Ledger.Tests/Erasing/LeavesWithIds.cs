using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Entries whose leaves hold the id of somebody itself, because their kind became a personal one later.</summary>
public abstract class LeavesWithIds<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_erased_and_the_refusal_says_why(bool isCounterAlone)
    {
        using var signer = EcdsaSigner.Generate();
        var (before, after) = (new LedgerReceiptOptions { Origin = "example.com/ledger", Signer = signer }, new HashSet<string> { "user", "customer" });
        LedgerReceipts.Of(Ledger, before);
        var scopes = isCounterAlone ? new() : new Dictionary<string, string> { ["customer"] = "acme" };
        await Ledger.AppendAsync([Charge("acme-1", 1, user: "bob") with { Scopes = scopes, Reason = "for acme", Counters = [new("customer/day", BudgetScope.Of("customer", "acme"), Noon, null, 1)] }]);
        await using var widened = Harness.Open(Clock);
        var receipts = LedgerReceipts.Of(widened, before with { PersonalKinds = after });
        await widened.AppendAsync([Charge("two", 1, Noon.AddHours(1)) with { Scopes = new Dictionary<string, string> { ["customer"] = "acme" } }, Charge("three", 1) with { Scopes = new Dictionary<string, string> { ["customer"] = "later" } }]);
        var erasure = LedgerErasure.Of(widened, new() { PersonalKinds = after });

        await FluentActions.Awaiting(async () => await erasure.EraseAsync(BudgetScope.Of("customer", "acme"), "privacy")).Should().ThrowAsync<ArgumentException>().WithMessage("*1 entries*customer=acme*Nothing was erased*");

        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
        (await ReadAllAsync(new())).Should().Contain(entry => entry.OperationId == "acme-1" && entry.Reason == "for acme");
        (await erasure.ListAsync()).Should().BeEmpty();
        (await erasure.EraseAsync(BudgetScope.Of("customer", "later"), "privacy")).IsComplete.Should().BeTrue();
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }
}
