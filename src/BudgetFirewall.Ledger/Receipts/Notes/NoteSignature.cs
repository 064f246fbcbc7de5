namespace BudgetFirewall.Receipts;

/// <summary>A signature of a note.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The number of the key.</param>
/// <param name="Signature">The signature.</param>
internal readonly record struct NoteSignature(string Name, uint KeyId, byte[] Signature);
