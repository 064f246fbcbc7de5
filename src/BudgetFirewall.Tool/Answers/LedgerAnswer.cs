using BudgetFirewall.Receipts;

namespace BudgetFirewall.Tool;

/// <summary>The verification of a whole ledger.</summary>
internal sealed record LedgerAnswer(bool IsValid, long Entries, long Removed, long Erased, int Checkpoints, IReadOnlyList<FindingAnswer> Findings)
{
    public static LedgerAnswer Of(LedgerVerification verification) => new(
        verification.IsValid, verification.Entries, verification.Removed, verification.Erased, verification.Checkpoints,
        [.. verification.Findings.Select(finding => new FindingAnswer(Texts.Of(finding.Kind), finding.Description, finding.LeafIndex, finding.EntryId))]);
}
