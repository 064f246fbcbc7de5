namespace BudgetFirewall.Storage;

/// <summary>A document that was written. It gets another version.</summary>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Name">The document's name.</param>
/// <param name="Content">The content.</param>
/// <param name="ExpiresAt">The time at which the document ends by itself; null: never.</param>
public readonly record struct RestoredDocument(string? Partition, string Name, ReadOnlyMemory<byte> Content, DateTimeOffset? ExpiresAt);
