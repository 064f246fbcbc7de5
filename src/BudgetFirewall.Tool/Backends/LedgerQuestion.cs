namespace BudgetFirewall.Tool;

/// <summary>By what a whole ledger is verified.</summary>
/// <param name="Origin">The name of its log.</param>
/// <param name="KeyFile">The public key as PEM.</param>
/// <param name="Checkpoints">The folder of published checkpoints; null for none.</param>
internal sealed record LedgerQuestion(string Origin, FileInfo KeyFile, DirectoryInfo? Checkpoints);
